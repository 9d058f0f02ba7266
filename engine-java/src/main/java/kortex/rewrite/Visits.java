package kortex.rewrite;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How often a group computes an entry at one point of its iteration space: once for every way
 * through views and margins that leads from what it stores to the entry. A way is a number; 0 is
 * the way without any.
 */
final class Visits {
  private static final Set<Integer> ONCE = Set.of(0);

  /** More ways make kernels long; their number may double with every entry. */
  private static final int MOST = 8;

  private final Map<Integer, Set<Integer>> ways = new HashMap<>();
  private final Map<List<Integer>, Integer> numbers = new HashMap<>();

  /** Says that an entry is computed once at each point, or read from memory. */
  void once(int entry) {
    ways.put(entry, ONCE);
  }

  /** Says that consumer {@code by} reads an entry, at other points than its own if it moves. */
  void read(int entry, int by, boolean moves) {
    Set<Integer> mine = ways.computeIfAbsent(entry, e -> new HashSet<>());
    for (int way : ways.getOrDefault(by, ONCE)) {
      if (mine.size() <= MOST) {
        mine.add(moves ? number(way, by) : way);
      }
    }
  }

  private int number(int way, int view) {
    return numbers.computeIfAbsent(List.of(way, view), k -> numbers.size() + 1);
  }

  /** How often an entry is computed at each point; 0 when that is where it is stored. */
  int moved(int entry) {
    Set<Integer> mine = ways.getOrDefault(entry, ONCE);
    return mine.equals(ONCE) ? 0 : mine.size();
  }

  /** Whether there are too many ways to an entry for one kernel. */
  boolean tooMany(int entry) {
    return moved(entry) > MOST;
  }
}

package kortex.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places values in one arena: largest first, each at the lowest offset free of the values whose
 * lifetimes meet its own (greedy by size; Pisarchyk and Lee, "Efficient memory management for deep
 * neural net inference", 2020).
 */
final class ArenaLayout {
  /** Cache lines and the widest vectors need no more. */
  static final long ALIGNMENT = 64;

  private ArenaLayout() {}

  /** A value that is live from step {@code first} to step {@code last}. */
  record Life(long bytes, int first, int last) {
    boolean meets(Life other) {
      return first <= other.last && other.first <= last;
    }
  }

  /** The offset of each value, and the bytes of the arena. */
  record Layout(long[] offsets, long bytes) {}

  static Layout place(List<Life> lives) {
    long[] offsets = new long[lives.size()];
    List<Integer> bySize = new ArrayList<>();
    for (int i = 0; i < lives.size(); i++) {
      bySize.add(i);
    }
    bySize.sort(
        Comparator.comparingLong((Integer i) -> lives.get(i).bytes())
            .reversed()
            .thenComparing(i -> i));
    List<Integer> placed = new ArrayList<>();
    long total = 0;
    for (int i : bySize) {
      Life life = lives.get(i);
      long size = align(life.bytes());
      long at = 0;
      for (int other : placed) {
        if (lives.get(other).meets(life)) {
          long end = offsets[other] + align(lives.get(other).bytes());
          if (offsets[other] < at + size && at < end) {
            at = end;
          }
        }
      }
      offsets[i] = at;
      total = Math.max(total, at + size);
      placed.add(i);
      placed.sort(Comparator.comparingLong(p -> offsets[p]));
    }
    return new Layout(offsets, total);
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}

package kortex.plan;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Places values in one arena, one after the other, each at the lowest offset free of the values
 * whose lifetimes meet its own. Largest first is best most often (greedy by size; Pisarchyk and
 * Lee, "Efficient memory management for deep neural net inference", 2020); other orders are tried
 * until one leaves no gaps at the step where most is live, which no order can improve on.
 */
final class ArenaLayout {
  /** Cache lines and the widest vectors need no more. */
  static final long ALIGNMENT = 64;

  /** Above so many values, the first order has to do. */
  private static final int MANY = 5_000;

  private static final Comparator<Life> LARGEST = Comparator.comparingLong(Life::bytes).reversed();
  private static final Comparator<Life> LONGEST =
      Comparator.comparingInt((Life l) -> l.last() - l.first()).reversed();
  private static final List<Comparator<Life>> OTHERS =
      List.of(
          LARGEST.thenComparing(LONGEST),
          LONGEST.thenComparing(LARGEST),
          Comparator.comparingDouble((Life l) -> -(double) l.bytes() * (l.last() - l.first() + 1)),
          Comparator.comparingInt(Life::first).thenComparing(LARGEST),
          Comparator.comparingInt((Life l) -> -l.last()).thenComparing(LARGEST));

  private ArenaLayout() {}

  /** A value that is live from step {@code first} to step {@code last}. */
  record Life(long bytes, int first, int last) {}

  /** The offset of each value, and the bytes of the arena. */
  record Layout(long[] offsets, long bytes) {}

  /** The best of some layouts. */
  static Layout place(List<Life> lives) {
    long bound = bound(lives);
    Layout best = place(lives, LARGEST);
    if (lives.size() <= MANY) {
      for (Comparator<Life> order : OTHERS) {
        if (best.bytes() == bound) {
          return best;
        }
        Layout other = place(lives, order);
        best = other.bytes() < best.bytes() ? other : best;
      }
    }
    return best;
  }

  /** What is live at once at most: no arena is smaller. */
  static long bound(List<Life> lives) {
    long[] change = new long[steps(lives) + 1];
    for (Life life : lives) {
      change[life.first()] += align(life.bytes());
      change[life.last() + 1] -= align(life.bytes());
    }
    long now = 0;
    long most = 0;
    for (long difference : change) {
      now += difference;
      most = Math.max(most, now);
    }
    return most;
  }

  private static int steps(List<Life> lives) {
    return lives.stream().mapToInt(Life::last).max().orElse(0) + 1;
  }

  /** The layout that placing values in an order gives; equal ones stay in the order of the list. */
  static Layout place(List<Life> lives, Comparator<Life> order) {
    long[] offsets = new long[lives.size()];
    Occupancy arena = new Occupancy(steps(lives));
    long total = 0;
    Comparator<Integer> byLife = Comparator.comparing(lives::get, order);
    for (int i : IntStream.range(0, lives.size()).boxed().sorted(byLife).toList()) {
      Life life = lives.get(i);
      long size = align(life.bytes());
      if (size > 0) {
        offsets[i] = arena.take(life, size);
        total = Math.max(total, offsets[i] + size);
      }
    }
    return new Layout(offsets, total);
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}

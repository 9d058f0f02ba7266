package kortex.plan;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

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
  record Life(long bytes, int first, int last) {}

  /** The offset of each value, and the bytes of the arena. */
  record Layout(long[] offsets, long bytes) {}

  static Layout place(List<Life> lives) {
    long[] offsets = new long[lives.size()];
    Occupancy arena = new Occupancy(lives.stream().mapToInt(Life::last).max().orElse(0) + 1);
    long total = 0;
    for (int i : bySize(lives)) {
      Life life = lives.get(i);
      long size = align(life.bytes());
      if (size > 0) {
        offsets[i] = arena.take(life, size);
        total = Math.max(total, offsets[i] + size);
      }
    }
    return new Layout(offsets, total);
  }

  private static List<Integer> bySize(List<Life> lives) {
    return IntStream.range(0, lives.size())
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> lives.get(i).bytes()).reversed())
        .toList();
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}

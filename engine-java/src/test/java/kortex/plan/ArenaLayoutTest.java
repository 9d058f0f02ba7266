package kortex.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import kortex.plan.ArenaLayout.Life;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ArenaLayoutTest {
  private static final Comparator<Life> LARGEST = Comparator.comparingLong(l -> -l.bytes());

  private static List<Life> random(int seed) {
    Random random = new Random(seed);
    int steps = 1 + random.nextInt(40);
    List<Life> lives = new ArrayList<>();
    for (int i = random.nextInt(60); i > 0; i--) {
      int first = random.nextInt(steps);
      int last = first + random.nextInt(steps - first);
      lives.add(new Life(random.nextInt(5) * random.nextLong(200), first, last));
    }
    return lives;
  }

  /** Each value, largest first, at the first multiple of 64 where nothing placed is in its way. */
  private static long[] naive(List<Life> lives) {
    long[] offsets = new long[lives.size()];
    Arrays.fill(offsets, -1);
    IntStream.range(0, lives.size())
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> -lives.get(i).bytes()))
        .forEach(i -> {
          long at = 0;
          while (!isFree(lives, offsets, lives.get(i), at)) {
            at += 64;
          }
          offsets[i] = at;
        });
    return offsets;
  }

  private static boolean isFree(List<Life> lives, long[] offsets, Life life, long at) {
    for (int i = 0; i < lives.size(); i++) {
      Life other = lives.get(i);
      boolean meets = life.first() <= other.last() && other.first() <= life.last();
      boolean overlaps = at < offsets[i] + other.bytes() && offsets[i] < at + life.bytes();
      if (offsets[i] >= 0 && meets && overlaps) {
        return false;
      }
    }
    return true;
  }

  @RepeatedTest(100)
  void everyValueIsAtTheLowestFreeOffset(RepetitionInfo repetition) {
    List<Life> lives = random(repetition.getCurrentRepetition());
    ArenaLayout.Layout layout = ArenaLayout.place(lives, LARGEST);
    assertArrayEquals(naive(lives), layout.offsets());
    long end =
        IntStream.range(0, lives.size())
            .mapToLong(i -> (layout.offsets()[i] + lives.get(i).bytes() + 63) / 64 * 64)
            .max()
            .orElse(0);
    assertEquals(end, layout.bytes());
  }

  @Test
  void theBestOfSomeOrdersIsKept() {
    double excess = 0;
    double before = 0;
    for (int seed = 1; seed <= 300; seed++) {
      List<Life> lives = random(seed);
      long bound = ArenaLayout.bound(lives);
      ArenaLayout.Layout layout = ArenaLayout.place(lives);
      for (int i = 0; i < lives.size(); i++) {
        assertTrue(
            isFree(lives.subList(0, i), layout.offsets(), lives.get(i), layout.offsets()[i]));
      }
      long first = ArenaLayout.place(lives, LARGEST).bytes();
      assertTrue(bound <= layout.bytes() && layout.bytes() <= first);
      excess += bound == 0 ? 0 : (double) layout.bytes() / bound - 1;
      before += bound == 0 ? 0 : (double) first / bound - 1;
    }
    double mean = excess / 300;
    assertTrue(mean < 0.02 && mean < 0.75 * before / 300, mean + " against " + before / 300);
  }

  /** Activations live until the backward pass has come back to them. */
  @Test
  void nestedLivesAreStacked() {
    int n = 20_000;
    List<Life> lives = IntStream.range(0, n).mapToObj(i -> new Life(64, i, 2 * n - i)).toList();
    ArenaLayout.Layout layout = ArenaLayout.place(lives);
    assertArrayEquals(IntStream.range(0, n).mapToLong(i -> 64L * i).toArray(), layout.offsets());
    assertEquals(64L * n, layout.bytes());
  }
}

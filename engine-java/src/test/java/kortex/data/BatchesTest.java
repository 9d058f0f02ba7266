package kortex.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import kortex.data.Batches.Range;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchesTest {
  @Test
  void everyOrderIsAPermutation() {
    for (int size : new int[] {1, 2, 3, 7, 64, 1000}) {
      for (long seed : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
        for (long epoch = 0; epoch < 5; epoch++) {
          int[] order = Batches.shuffled(size, 1, seed).order(epoch);
          Arrays.sort(order);
          assertArrayEquals(Shuffle.identity(size), order);
        }
      }
    }
  }

  @Test
  void ordersDependOnSeedAndEpochOnly() {
    var seen = new HashSet<String>();
    for (long seed = 0; seed < 10; seed++) {
      for (long epoch = 0; epoch < 10; epoch++) {
        int[] order = Batches.shuffled(100, 10, seed).order(epoch);
        assertArrayEquals(order, Batches.shuffled(100, 7, seed).order(epoch));
        assertTrue(seen.add(Arrays.toString(order)));
      }
    }
    assertFalse(seen.contains(Arrays.toString(Shuffle.permutation(100, 0, Shuffle.SPLIT_STREAM))));
  }

  /**
   * Fixed for good, by make_shuffle.py: a change of the algorithm would make saved runs impossible
   * to resume.
   */
  @Test
  void ordersNeverChange() {
    var batches = Batches.shuffled(10, 1, 7);
    assertArrayEquals(new int[] {5, 9, 2, 3, 0, 4, 7, 1, 6, 8}, batches.order(0));
    assertArrayEquals(new int[] {7, 2, 9, 6, 0, 3, 5, 4, 1, 8}, batches.order(1));
    int[] split = Shuffle.permutation(10, 7, Shuffle.SPLIT_STREAM);
    assertArrayEquals(new int[] {8, 5, 2, 7, 6, 9, 1, 4, 0, 3}, split);
  }

  @Test
  void everyPlaceIsEquallyLikely() {
    int size = 8;
    int trials = 40_000;
    int[][] counts = new int[size][size];
    for (int trial = 0; trial < trials; trial++) {
      int[] order = Shuffle.permutation(size, trial % 200, trial / 200);
      for (int place = 0; place < size; place++) {
        counts[place][order[place]]++;
      }
    }
    double expected = trials / (double) size;
    double chiSquare = 0;
    for (int[] row : counts) {
      for (int count : row) {
        chiSquare += (count - expected) * (count - expected) / expected;
      }
    }
    // 49 degrees of freedom: mean 49, deviation 10; the seeds are fixed, so this cannot flicker.
    assertTrue(chiSquare < 90, "chi-square " + chiSquare);
  }

  @ParameterizedTest
  @CsvSource({"10,3,false,4,10", "10,3,true,3,9", "9,3,true,3,9", "2,5,false,1,2"})
  void rangesCoverTheEpoch(int size, int batch, boolean drop, int count, int examples) {
    var batches = Batches.inOrder(size, batch).dropLast(drop);
    assertEquals(count, batches.count());
    assertEquals(examples, batches.exampleCount());
    int next = 0;
    int index = 0;
    for (Range range : batches.ranges()) {
      assertEquals(index++, range.index());
      assertEquals(next, range.from());
      assertTrue(range.count() >= 1 && range.count() <= batch);
      next += range.count();
    }
    assertEquals(count, index);
    assertEquals(examples, next);
  }

  @Test
  void anEpochCanBeResumed() {
    var batches = Batches.shuffled(100, 8, 3);
    List<Range> rest = new ArrayList<>();
    batches.ranges(10).forEach(rest::add);
    assertEquals(new Range(10, 80, 8), rest.getFirst());
    assertEquals(new Range(12, 96, 4), rest.getLast());
    assertFalse(batches.ranges(13).iterator().hasNext());
    assertThrows(SettingException.class, () -> batches.ranges(14));
  }

  @Test
  void withoutShuffleTheOrderIsThatOfTheDataset() {
    assertArrayEquals(new int[] {0, 1, 2}, Batches.inOrder(3, 2).order(5));
  }

  @Test
  void theLargestSizesDoNotOverflow() {
    var batches = Batches.inOrder(Integer.MAX_VALUE, 1 << 30);
    assertEquals(2, batches.count());
    assertEquals(new Range(1, 1 << 30, (1 << 30) - 1), batches.range(1));
    assertEquals(1, Batches.inOrder(Integer.MAX_VALUE, Integer.MAX_VALUE).count());
  }

  @Test
  void impossibleBatchesAreRefused() {
    assertThrows(DataException.class, () -> Batches.inOrder(0, 1));
    assertThrows(SettingException.class, () -> Batches.inOrder(1, 0));
    assertThrows(SettingException.class, () -> Batches.inOrder(3, 4).dropLast(true));
    assertThrows(SettingException.class, () -> Batches.inOrder(3, 1).range(3));
    assertThrows(SettingException.class, () -> Batches.inOrder(3, 1).range(-1));
    assertThrows(SettingException.class, () -> Batches.inOrder(3, 1).order(-1));
  }
}

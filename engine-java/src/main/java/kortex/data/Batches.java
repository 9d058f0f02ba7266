package kortex.data;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;

/**
 * How an epoch visits a dataset: the order of the examples and the batches cut from it.
 *
 * <p>{@link #order} is a pure function of (seed, epoch): to resume in the middle of an epoch, ask
 * for the same order again and go on with the next range. Immutable.
 *
 * @param size number of examples, at least 1
 * @param batchSize number of examples in a batch, at least 1
 * @param shuffle whether every epoch has an order of its own; otherwise the order of the dataset
 * @param dropLast whether a last batch with fewer examples is left out
 * @param seed what the orders are made from
 */
public record Batches(int size, int batchSize, boolean shuffle, boolean dropLast, long seed) {
  /** Throws {@link DataException} without examples, {@link SettingException} without a batch. */
  public Batches {
    if (size < 1) {
      throw new DataException(
          "cannot make batches of " + size + " examples", "Give a dataset with examples.");
    }
    if (batchSize < 1) {
      throw new SettingException(
          "batch size is " + batchSize + ", must be at least 1", "Use a batch size such as 32.");
    }
    if (dropLast && batchSize > size) {
      throw new SettingException(
          "batch size "
              + batchSize
              + " is larger than the dataset of "
              + size
              + " examples, and the last partial batch is dropped: no batch is left",
          "Use a batch size of at most " + size + ", or keep the last batch.");
    }
  }

  /**
   * A part of the order: batch number {@code index} is {@code order[from] … [from + count − 1]}.
   */
  public record Range(int index, int from, int count) {}

  /** Every epoch in an order of its own; the last, smaller batch is kept. */
  public static Batches shuffled(int size, int batchSize, long seed) {
    return new Batches(size, batchSize, true, false, seed);
  }

  /** Every epoch in the order of the dataset; the last, smaller batch is kept. */
  public static Batches inOrder(int size, int batchSize) {
    return new Batches(size, batchSize, false, false, 0);
  }

  /** The same batches without a last one that has fewer examples. */
  public Batches dropLast(boolean drop) {
    return new Batches(size, batchSize, shuffle, drop, seed);
  }

  /** Number of batches in an epoch. */
  public int count() {
    return dropLast ? size / batchSize : Math.ceilDiv(size, batchSize);
  }

  /** Number of examples visited in an epoch: all, unless a partial batch is dropped. */
  public int exampleCount() {
    return dropLast ? count() * batchSize : size;
  }

  /**
   * The examples in the order in which epoch {@code epoch} visits them, a permutation of 0 … size −
   * 1 in a fresh array. Throws {@link SettingException} when the epoch is negative.
   */
  public int[] order(long epoch) {
    if (epoch < 0) {
      throw new SettingException("epoch is " + epoch, "Count epochs from 0.");
    }
    return shuffle ? Shuffle.permutation(size, seed, epoch) : Shuffle.identity(size);
  }

  /** Batch number {@code index}, counted from 0. */
  public Range range(int index) {
    if (index < 0 || index >= count()) {
      throw new SettingException(
          "there is no batch " + index + ": an epoch has " + count() + " batches",
          "Use a batch from 0 to " + (count() - 1) + ".");
    }
    int from = index * batchSize;
    return new Range(index, from, Math.min(batchSize, size - from));
  }

  /** How many batches of an epoch have {@code examples} examples. */
  public int ofSize(int examples) {
    int whole = size / batchSize;
    if (examples == batchSize) {
      return whole;
    }
    return !dropLast && examples > 0 && examples == size % batchSize ? 1 : 0;
  }

  /** How many batches from number {@code first} on have the same size, at most {@code most}. */
  public int alike(int first, int most) {
    int size = range(first).count();
    int found = 1;
    while (found < most && first + found < count() && range(first + found).count() == size) {
      found++;
    }
    return found;
  }

  /** The batches of an epoch, first to last. */
  public Iterable<Range> ranges() {
    return ranges(0);
  }

  /** The batches of an epoch from batch {@code first} on; none when {@code first} is the count. */
  public Iterable<Range> ranges(int first) {
    if (first == count()) {
      return List.of();
    }
    range(first);
    return () -> rangesFrom(first);
  }

  private Iterator<Range> rangesFrom(int first) {
    return IntStream.range(first, count()).mapToObj(this::range).iterator();
  }
}

package kortex.data;

import java.lang.foreign.MemorySegment;
import kortex.tensor.DType;
import kortex.tensor.DataException;

/** The inputs of all examples, row-major, in an array that nobody else writes to. */
sealed interface InputStore {
  /** How batches of them are stored. */
  DType dtype();

  /** Number of numbers. */
  int length();

  /** Throws {@link DataException} when a number cannot be an input; rows have {@code width}. */
  void check(int width);

  /** Copies row {@code row} of {@code width} numbers. */
  void copy(int row, int width, MemorySegment destination, long offset);

  /** Floats, which are finite. */
  @SuppressWarnings("ArrayRecordComponent") // Never leaves the package, never compared.
  record Numbers(float[] data) implements InputStore {
    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public int length() {
      return data.length;
    }

    @Override
    public void check(int width) {
      for (int i = 0; i < data.length; i++) {
        if (!Float.isFinite(data[i])) {
          throw new DataException(
              "input %d of example %d is %s".formatted(i % width, i / width, data[i]),
              "Replace it by a number, or drop the example.");
        }
      }
    }

    @Override
    public void copy(int row, int width, MemorySegment destination, long offset) {
      Gather.row(data, row, width, destination, offset);
    }
  }

  /** Whole numbers from 0 to {@code vocabulary − 1}. */
  @SuppressWarnings("ArrayRecordComponent") // Never leaves the package, never compared.
  record Tokens(int[] data, int vocabulary) implements InputStore {
    @Override
    public DType dtype() {
      return DType.I32;
    }

    @Override
    public int length() {
      return data.length;
    }

    @Override
    public void check(int width) {
      for (int i = 0; i < data.length; i++) {
        if (data[i] < 0 || data[i] >= vocabulary) {
          throw new DataException(
              "token %d of example %d is %d, but the vocabulary has %d"
                  .formatted(i % width, i / width, data[i], vocabulary),
              "Use tokens from 0 to " + (vocabulary - 1) + ", or a larger vocabulary.");
        }
      }
    }

    @Override
    public void copy(int row, int width, MemorySegment destination, long offset) {
      Gather.row(data, row, width, destination, offset);
    }
  }
}

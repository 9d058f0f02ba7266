package kortex.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import kortex.tensor.ShapeException;

/** Copies rows of an array into memory of any kind, without garbage. */
final class Gather {
  private Gather() {}

  /** Throws when the part of the order does not exist, or its rows do not fit. */
  static void check(int[] order, int from, int count, long bytesPerRow, MemorySegment destination) {
    Objects.checkFromIndexSize(from, count, order.length);
    long needed = count * bytesPerRow;
    if (destination.byteSize() < needed) {
      throw new ShapeException(
          "%d examples need %d bytes, but the destination has %d"
              .formatted(count, needed, destination.byteSize()),
          "Give a destination for the whole batch.");
    }
  }

  /** Copies row {@code row} of {@code width} floats. */
  static void row(float[] data, int row, int width, MemorySegment destination, long offset) {
    int start = Math.multiplyExact(row, width);
    MemorySegment.copy(data, start, destination, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, width);
  }

  /** Copies row {@code row} of {@code width} ints. */
  static void row(int[] data, int row, int width, MemorySegment destination, long offset) {
    int start = Math.multiplyExact(row, width);
    MemorySegment.copy(data, start, destination, ValueLayout.JAVA_INT_UNALIGNED, offset, width);
  }
}

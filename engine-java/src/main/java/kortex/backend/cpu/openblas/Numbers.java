package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import kortex.graph.HostMemory;
import kortex.tensor.DType;

/** Looks through elements in native memory. */
final class Numbers {
  private static final long EXPONENT = 0x7ff0000000000000L;
  private static final int EXPONENT_32 = 0x7f800000;

  private Numbers() {}

  /**
   * Whether no element is NaN or infinite, of which LAPACK makes wrong results or endless loops.
   * Adding one to an exponent of ones sets the sign bit.
   */
  static boolean finite(DType dtype, MemorySegment data) {
    if (dtype == DType.F64) {
      long n = data.byteSize() / Double.BYTES;
      long signs = 0;
      for (long i = 0; i < n; i++) {
        signs |= (data.getAtIndex(ValueLayout.JAVA_LONG, i) & EXPONENT) + (1L << 52);
      }
      return signs >= 0;
    }
    long n = data.byteSize() / Float.BYTES;
    int signs = 0;
    for (long i = 0; i < n; i++) {
      signs |= (data.getAtIndex(ValueLayout.JAVA_INT, i) & EXPONENT_32) + (1 << 23);
    }
    return signs >= 0;
  }

  static void fill(DType dtype, MemorySegment data, double value) {
    for (long i = 0; i < data.byteSize() / dtype.bytes(); i++) {
      HostMemory.set(data, dtype, i, value);
    }
  }

  /** Changes the sign of {@code count} elements, {@code stride} apart. */
  static void negate(DType dtype, MemorySegment data, long from, long stride, long count) {
    for (long i = 0; i < count; i++) {
      long at = from + i * stride;
      HostMemory.set(data, dtype, at, -HostMemory.get(data, dtype, at));
    }
  }

  /** Sets {@code count} elements from {@code from} on to 0. */
  static void clear(DType dtype, MemorySegment data, long from, long count) {
    data.asSlice(from * dtype.bytes(), count * dtype.bytes()).fill((byte) 0);
  }
}

package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import kortex.graph.HostMemory;
import kortex.op.ArgSort;
import kortex.op.Index;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** Whole ops for which Java is fast enough: the check of indices, and sorting. */
final class JavaOps {
  private JavaOps() {}

  /** Throws {@link kortex.tensor.DataException} when an index is outside. */
  static void bounded(Index.Bounded op, TensorType type, MemorySegment in, MemorySegment out) {
    long n = type.size();
    for (long i = 0; i < n; i++) {
      long number = HostMemory.getLong(in, type.dtype(), i);
      long position = op.position(number);
      if (position < 0) {
        throw op.outside(type.shape(), i, number);
      }
      out.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, position);
    }
  }

  /** Sorts along one axis, a line at a time. */
  static void sort(ArgSort op, TensorType type, MemorySegment in, MemorySegment out) {
    int n = Math.toIntExact(type.shape().extent(op.axis()));
    long stride = type.shape().strides()[op.axis()];
    boolean narrow = type.dtype().bytes() <= Integer.BYTES;
    long[] keys = new long[n];
    long[] order = new long[n];
    for (long block = 0; block < type.size(); block += n * stride) {
      for (long line = block; line < block + stride; line++) {
        for (int i = 0; i < n; i++) {
          keys[i] = key(op, type.dtype(), in, line + i * stride);
          // The upper half of the key above the position: equal keys keep their order.
          order[i] = (narrow ? keys[i] : keys[i] >> Integer.SIZE) << Integer.SIZE | i;
        }
        Arrays.sort(order);
        if (!narrow) {
          sortByLowerHalves(keys, order);
        }
        for (int i = 0; i < n; i++) {
          out.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, line + i * stride, (int) order[i]);
        }
      }
    }
  }

  /** Sorts each run of keys with equal upper halves. */
  private static void sortByLowerHalves(long[] keys, long[] order) {
    int from = 0;
    while (from < order.length) {
      long upper = order[from] >> Integer.SIZE;
      int to = from + 1;
      while (to < order.length && order[to] >> Integer.SIZE == upper) {
        to++;
      }
      if (to - from > 1) {
        for (int i = from; i < to; i++) {
          // Lower halves have no sign: the flipped bit orders them as signed numbers.
          long lower = keys[(int) order[i]] ^ 1L << (Integer.SIZE - 1);
          order[i] = lower << Integer.SIZE | (int) order[i];
        }
        Arrays.sort(order, from, to);
      }
      from = to;
    }
  }

  /** A number of as many bits as the element that is ordered as elements are, NaN last. */
  private static long key(ArgSort op, DType dtype, MemorySegment in, long at) {
    if (!dtype.isFloat()) {
      long key = HostMemory.getLong(in, dtype, at);
      return op.descending() ? ~key : key;
    }
    // Adding 0 makes −0 equal to 0.
    double x = HostMemory.get(in, dtype, at) + 0.0;
    boolean narrow = dtype.bytes() <= 4;
    if (Double.isNaN(x)) {
      return narrow ? Integer.MAX_VALUE : Long.MAX_VALUE;
    }
    long bits = narrow ? Float.floatToRawIntBits((float) x) : Double.doubleToRawLongBits(x);
    // Bits of negative floats grow with the magnitude.
    long key = bits < 0 ? bits ^ (narrow ? Integer.MAX_VALUE : Long.MAX_VALUE) : bits;
    return op.descending() ? ~key : key;
  }
}

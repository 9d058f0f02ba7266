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
    long[] keys = new long[n];
    MergeSort merge = new MergeSort(type.dtype().bytes() > 4 ? n : 0);
    for (long block = 0; block < type.size(); block += n * stride) {
      for (long line = block; line < block + stride; line++) {
        for (int i = 0; i < n; i++) {
          keys[i] = key(op, type.dtype(), in, line + i * stride);
        }
        if (type.dtype().bytes() <= 4) {
          // The key above the position: equal keys keep their order, and all are different.
          for (int i = 0; i < n; i++) {
            keys[i] = keys[i] << Integer.SIZE | i;
          }
          Arrays.sort(keys);
        } else {
          merge.sort(keys);
        }
        for (int i = 0; i < n; i++) {
          long position = type.dtype().bytes() <= 4 ? (int) keys[i] : merge.order[i];
          out.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, line + i * stride, position);
        }
      }
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

  /** A stable order of 64-bit keys, which leave no room for the position beside them. */
  private static final class MergeSort {
    private int[] order;
    private int[] spare;
    private long[] spareKeys;

    MergeSort(int n) {
      order = new int[n];
      spare = new int[n];
      spareKeys = new long[n];
    }

    /** Leaves the positions in {@code order}; the keys are used up. */
    void sort(long[] keys) {
      int n = order.length;
      long[] from = keys;
      Arrays.setAll(order, i -> i);
      for (int width = 1; width < n; width *= 2) {
        for (int low = 0; low < n; low += 2 * width) {
          merge(from, low, Math.min(low + width, n), Math.min(low + 2 * width, n));
        }
        long[] sorted = spareKeys;
        spareKeys = from;
        from = sorted;
        int[] moved = spare;
        spare = order;
        order = moved;
      }
      if (from != keys) {
        spareKeys = from;
      }
    }

    private void merge(long[] from, int low, int middle, int high) {
      int a = low;
      int b = middle;
      for (int i = low; i < high; i++) {
        boolean first = a < middle && (b == high || from[a] <= from[b]);
        int taken = first ? a++ : b++;
        spareKeys[i] = from[taken];
        spare[i] = order[taken];
      }
    }
  }
}

package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.ShapeException;

/**
 * Computed values as Java sees them, in row-major order. Elements of another type than asked for
 * are converted as {@link Elementwise#cast} does: floats truncate and saturate, integers keep their
 * low bits.
 */
public sealed interface Conversions extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  private int length() {
    HostMemory.requireFits(type());
    return (int) type().size();
  }

  /** The elements as f32, computed now. */
  default float[] toFloatArray() {
    MemorySegment data = self().compute().host();
    float[] out = new float[length()];
    for (int i = 0; i < out.length; i++) {
      out[i] =
          dtype().isFloat()
              ? (float) HostMemory.get(data, dtype(), i)
              : HostMemory.getLong(data, dtype(), i);
    }
    return out;
  }

  /** The elements as f64, computed now. */
  default double[] toDoubleArray() {
    MemorySegment data = self().compute().host();
    double[] out = new double[length()];
    for (int i = 0; i < out.length; i++) {
      out[i] = HostMemory.get(data, dtype(), i);
    }
    return out;
  }

  /** The elements as i64, computed now. */
  default long[] toLongArray() {
    MemorySegment data = self().compute().host();
    long[] out = new long[length()];
    for (int i = 0; i < out.length; i++) {
      out[i] = whole(data, i, DType.I64);
    }
    return out;
  }

  /** The elements as i32, computed now. */
  default int[] toIntArray() {
    MemorySegment data = self().compute().host();
    int[] out = new int[length()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) whole(data, i, DType.I32);
    }
    return out;
  }

  /** The elements as i16, computed now. */
  default short[] toShortArray() {
    MemorySegment data = self().compute().host();
    short[] out = new short[length()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (short) whole(data, i, DType.I16);
    }
    return out;
  }

  /** The elements as i8, computed now; of u8 the bits, so that 255 is −1. */
  default byte[] toByteArray() {
    MemorySegment data = self().compute().host();
    byte[] out = new byte[length()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) whole(data, i, DType.I8);
    }
    return out;
  }

  /** Whether each element is not 0, computed now. */
  default boolean[] toBooleanArray() {
    MemorySegment data = self().compute().host();
    boolean[] out = new boolean[length()];
    for (int i = 0; i < out.length; i++) {
      out[i] = HostMemory.get(data, dtype(), i) != 0;
    }
    return out;
  }

  private long whole(MemorySegment data, long i, DType to) {
    return dtype().isFloat()
        ? to.saturate(HostMemory.get(data, dtype(), i))
        : to.wrap(HostMemory.getLong(data, dtype(), i));
  }

  /**
   * The data, computed now, as read-only memory: dense, row-major, in native byte order. Not
   * copied, and owned by the tensor; a training step that replaces a parameter leaves the old
   * segment as it was or writes over it, so copy what must stay.
   */
  default MemorySegment asSegment() {
    return self().compute().host().asReadOnly();
  }

  /**
   * Nested lists, computed now: as deep as there are axes, of {@link Double} for f64, {@link Float}
   * for other floats, {@link Long} for i64, {@link Integer} for other integers, and {@link
   * Boolean}. Throws {@link ShapeException} for a scalar.
   */
  default List<Object> toList() {
    if (shape().rank() == 0) {
      throw new ShapeException("a scalar " + type() + " is no list", "Use item() or itemLong().");
    }
    return row(self().compute().host(), 0, 0);
  }

  private List<Object> row(MemorySegment data, int axis, long offset) {
    List<Object> out = new ArrayList<>();
    boolean last = axis == shape().rank() - 1;
    long stride = shape().strides()[axis];
    for (long i = 0; i < shape().extent(axis); i++) {
      long at = offset + i * stride;
      out.add(last ? boxed(data, at) : row(data, axis + 1, at));
    }
    return out;
  }

  private Object boxed(MemorySegment data, long i) {
    return switch (dtype()) {
      case F64 -> HostMemory.get(data, dtype(), i);
      case F32, F16, BF16 -> (float) HostMemory.get(data, dtype(), i);
      case I64 -> HostMemory.getLong(data, dtype(), i);
      case I32, I16, I8, U8 -> (int) HostMemory.getLong(data, dtype(), i);
      case BOOL -> HostMemory.getLong(data, dtype(), i) != 0;
    };
  }

  /**
   * The only element, computed now; a bool as 0 or 1. Throws {@link ShapeException} when there are
   * more, and {@link DTypeException} for an i64 that is no double.
   */
  default double item() {
    MemorySegment data = only("item()");
    double item = HostMemory.get(data, dtype(), 0);
    if (dtype() == DType.I64) {
      long exact = HostMemory.getLong(data, dtype(), 0);
      if ((long) item != exact || exact == Long.MAX_VALUE) {
        throw new DTypeException(exact + " is no double", "Use itemLong().");
      }
    }
    return item;
  }

  /**
   * The only element of an integer or bool tensor, computed now. Throws {@link ShapeException} when
   * there are more, and {@link DTypeException} for a float.
   */
  default long itemLong() {
    if (dtype().isFloat()) {
      throw new DTypeException(
          "itemLong() needs an integer, got " + type(), "Use item(), or cast it: x.cast(i64).");
    }
    return HostMemory.getLong(only("itemLong()"), dtype(), 0);
  }

  private MemorySegment only(String what) {
    if (type().size() != 1) {
      throw new ShapeException(
          what + " needs one element, " + type() + " has " + type().size(),
          "Reduce it first (sum, mean) or use toFloatArray().");
    }
    return self().compute().host();
  }
}

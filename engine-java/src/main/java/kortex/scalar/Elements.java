package kortex.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import kortex.tensor.DType;

/** Single elements of dense memory, in native byte order at any address. */
public final class Elements {
  private Elements() {}

  /** Element {@code i} as a double; bool as 0 or 1. Only large i64 are rounded. */
  public static double get(MemorySegment data, DType dtype, long i) {
    return switch (dtype) {
      case F64 -> data.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i);
      case F32 -> data.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
      case F16 -> Float.float16ToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i));
      case BF16 -> Float.intBitsToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i) << 16);
      case I64, I32, I16, I8, U8, BOOL -> getLong(data, dtype, i);
    };
  }

  /** Element {@code i} as a long; floats truncate and saturate, NaN is 0. */
  public static long getLong(MemorySegment data, DType dtype, long i) {
    return switch (dtype) {
      case I64 -> data.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
      case I32 -> data.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i);
      case I16 -> data.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i);
      case I8, BOOL -> data.get(ValueLayout.JAVA_BYTE, i);
      case U8 -> data.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
      case F64, F32, F16, BF16 -> (long) get(data, dtype, i);
    };
  }

  /**
   * Sets element {@code i}: rounded, or for integers truncated and saturated; bool: whether ≠ 0.
   */
  public static void set(MemorySegment data, DType dtype, long i, double value) {
    switch (dtype) {
      case F64 -> data.setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i, value);
      case F32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, (float) value);
      case F16, BF16 -> data.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, dtype.halfBits(value));
      case I64, I32, I16, I8, U8, BOOL -> setLong(data, dtype, i, dtype.saturate(value));
    }
  }

  /** Sets element {@code i}: wrapped to the width of an integer type, rounded to a float type. */
  public static void setLong(MemorySegment data, DType dtype, long i, long value) {
    switch (dtype) {
      case I64 -> data.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, value);
      case I32 -> data.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, (int) value);
      case I16 -> data.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, (short) value);
      case I8, U8 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) value);
      case BOOL -> data.set(ValueLayout.JAVA_BYTE, i, (byte) dtype.wrap(value));
      case F64, F32, F16, BF16 -> set(data, dtype, i, dtype.round(value));
    }
  }
}

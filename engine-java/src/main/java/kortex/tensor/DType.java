package kortex.tensor;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The type of one element of a tensor, and what numbers it can hold: rounding, wrapping and
 * saturation are defined here, once for all backends.
 */
public enum DType {
  /** 64-bit IEEE 754 float. */
  F64(8, "f64", 53, 1023),
  /** 32-bit IEEE 754 float: the default of networks. */
  F32(4, "f32", 24, 127),
  /** The upper half of an f32: its range with 8 significant bits. */
  BF16(2, "bf16", 8, 127),
  /** 16-bit IEEE 754 float: 11 significant bits, up to 65504. */
  F16(2, "f16", 11, 15),
  /** 64-bit signed integer. */
  I64(8, "i64", 63, 0),
  /** 32-bit signed integer: class labels. */
  I32(4, "i32", 31, 0),
  /** 16-bit signed integer. */
  I16(2, "i16", 15, 0),
  /** 8-bit signed integer. */
  I8(1, "i8", 7, 0),
  /** 8-bit unsigned integer: pixels. */
  U8(1, "u8", 8, 0),
  /** Truth value, stored as one byte that is 0 or 1. */
  BOOL(1, "bool", 1, 0);

  private final int bytes;
  private final String label;
  private final int digits;
  private final int exponent;

  DType(int bytes, String label, int digits, int exponent) {
    this.bytes = bytes;
    this.label = label;
    this.digits = digits;
    this.exponent = exponent;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Significant bits: whole numbers up to 2 to this power are exact. */
  public int digits() {
    return digits;
  }

  /** Whether this is a floating-point type, the only kind that has gradients. */
  public boolean isFloat() {
    return exponent > 0;
  }

  /** Whether this is a float that is stored in 16 bits and computed in f32. */
  public boolean isHalf() {
    return this == F16 || this == BF16;
  }

  /** Whether this is an integer type; bool is none. */
  public boolean isInteger() {
    return exponent == 0 && this != BOOL;
  }

  /** The smallest number of an integer type or bool. */
  public long least() {
    requireWhole();
    return this == U8 || this == BOOL ? 0 : -1L << digits;
  }

  /** The largest number of an integer type or bool. */
  public long greatest() {
    requireWhole();
    return ~(-1L << digits);
  }

  /** The largest finite number of a float type. */
  public double largest() {
    if (!isFloat()) {
      throw new IllegalArgumentException(this + " is no float");
    }
    return Math.scalb(2 - Math.scalb(1.0, 1 - digits), exponent);
  }

  private void requireWhole() {
    if (isFloat()) {
      throw new IllegalArgumentException(this + " is no integer type");
    }
  }

  /** The nearest number of a float type; ties go to the even one, what is too large to infinity. */
  public double round(double x) {
    return switch (this) {
      case F64 -> x;
      case F32 -> (float) x;
      case F16 -> Float.float16ToFloat(halfBits(x));
      case BF16 -> Float.intBitsToFloat(halfBits(x) << 16);
      case I64, I32, I16, I8, U8, BOOL -> throw new IllegalArgumentException(this + " is no float");
    };
  }

  /** The number of a float type that is nearest to an integer. */
  public double round(long x) {
    return this == F64 ? x : round(oddDouble(x));
  }

  /** The integer in this integer type, with the bits above its width dropped; bool: whether ≠ 0. */
  public long wrap(long x) {
    return switch (this) {
      case I64 -> x;
      case I32 -> (int) x;
      case I16 -> (short) x;
      case I8 -> (byte) x;
      case U8 -> x & 0xFF;
      case BOOL -> x != 0 ? 1 : 0;
      case F64, F32, F16, BF16 -> throw new IllegalArgumentException(this + " is no integer type");
    };
  }

  /**
   * The float in this integer type: truncated, and the nearest bound where it is out of range; NaN
   * is 0. Bool: whether ≠ 0, so that NaN is true.
   */
  public long saturate(double x) {
    if (this == BOOL) {
      return x != 0 ? 1 : 0;
    }
    return Math.clamp((long) x, least(), greatest());
  }

  /**
   * The type that holds the numbers of both, as NumPy chooses it: bool gives way to numbers, and
   * integers to floats; of those wider than both, the smallest. See {@code docs/dtypes.md}.
   */
  public DType promote(DType other) {
    return Arrays.stream(values())
        .filter(t -> t.holds(this) && t.holds(other))
        .min(
            Comparator.comparing(DType::isFloat)
                .thenComparing(DType::bytes)
                .thenComparing(DType::digits))
        .orElse(F64);
  }

  /** Whether every number of the other type is one of this type. */
  public boolean holds(DType other) {
    if (this == other || other == BOOL) {
      return true;
    }
    if (this == BOOL) {
      return false;
    }
    if (isFloat()) {
      return digits >= other.digits && exponent >= other.exponent;
    }
    return !other.isFloat() && least() <= other.least() && greatest() >= other.greatest();
  }

  /** The 16 bits that store a number, rounded, in f16 or bf16. */
  public short halfBits(double x) {
    float odd = oddFloat(x);
    if (this == F16) {
      return Float.floatToFloat16(odd);
    }
    if (this != BF16) {
      throw new IllegalArgumentException(this + " is not stored in 16 bits");
    }
    int bits = Float.floatToRawIntBits(odd);
    boolean nan = Float.isNaN(odd);
    return (short) (nan ? bits >>> 16 | 0x40 : bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
  }

  /** The float that rounds to any narrower type as the double does: inexact ones are odd. */
  private static float oddFloat(double x) {
    float f = (float) x;
    int bits = Float.floatToRawIntBits(f);
    if (f == x || Double.isNaN(x) || (bits & 1) != 0) {
      return f;
    }
    return Float.intBitsToFloat(Math.abs((double) f) > Math.abs(x) ? bits - 1 : bits + 1);
  }

  /** The double that rounds to any narrower type as the integer does. */
  private static double oddDouble(long x) {
    boolean exact = Math.abs(x) <= 1L << 53 && x != Long.MIN_VALUE;
    return exact ? x : (x | (x & 0x7FF) + 0x7FF) & ~0x7FFL;
  }

  @Override
  public String toString() {
    return label;
  }
}

package kortex.tensor;

/** The type of one element of a tensor. */
public enum DType {
  /** 64-bit IEEE 754 float. */
  F64(8, "f64"),
  /** 32-bit IEEE 754 float: the default of networks. */
  F32(4, "f32"),
  /** 64-bit signed integer. */
  I64(8, "i64"),
  /** 32-bit signed integer: class labels. */
  I32(4, "i32"),
  /** Truth value, stored as one byte that is 0 or 1. */
  BOOL(1, "bool");

  private final int bytes;
  private final String label;

  DType(int bytes, String label) {
    this.bytes = bytes;
    this.label = label;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is a floating-point type, the only kind that has gradients. */
  public boolean isFloat() {
    return this == F64 || this == F32;
  }

  /** Whether this is an integer type. */
  public boolean isInteger() {
    return this == I64 || this == I32;
  }

  @Override
  public String toString() {
    return label;
  }
}

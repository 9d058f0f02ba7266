package kortex.scalar;

import java.util.Locale;

/**
 * The scalar primitives of the loop language. Integers wrap to the width of their dtype, and u8 is
 * never negative. Formulas of f16 and bf16 are computed in f32 and rounded when they are stored.
 */
public enum Prim {
  ADD(2),
  SUB(2),
  MUL(2),
  /** Integers divide towards zero; an integer divided by 0 is 0. */
  DIV(2),
  /** Integer remainder, of the sign of the dividend. */
  REM(2),
  POW(2),
  /** The smaller; NaN when one is NaN. */
  MIN(2),
  /** The larger; NaN when one is NaN. */
  MAX(2),
  NEG(1),
  ABS(1),
  SQRT(1),
  EXP(1),
  LOG(1),
  SIN(1),
  COS(1),
  TANH(1),
  ERF(1),
  FLOOR(1),
  EQUAL(2),
  LESS(2),
  LESS_OR_EQUAL(2),
  AND(2),
  OR(2),
  XOR(2),
  SHIFT_LEFT(2),
  /** Fills with zeros. */
  SHIFT_RIGHT(2),
  /** The second argument where the first (bool) holds, else the third. */
  SELECT(3),
  /**
   * Conversion to the dtype of the expression. To a float: rounded to nearest, ties to even. From a
   * float to an integer: truncated, out of range saturates, NaN is 0. Between integers: wraps. To
   * bool: whether ≠ 0, so that NaN is true.
   */
  CAST(1);

  private final int arity;

  Prim(int arity) {
    this.arity = arity;
  }

  /** Number of arguments. */
  public int arity() {
    return arity;
  }

  /** Whether the result is a bool whatever the arguments are. */
  public boolean compares() {
    return this == EQUAL || this == LESS || this == LESS_OR_EQUAL;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

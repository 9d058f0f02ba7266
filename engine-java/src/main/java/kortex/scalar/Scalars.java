package kortex.scalar;

import java.util.List;
import kortex.tensor.DType;

/**
 * What scalar formulas are written in. A code generator, an interpreter and a constant folder each
 * implement the three abstract methods, and every elementwise op then works there.
 */
public interface Scalars<S> {
  /** A primitive applied to its arguments; not {@link Prim#CAST}. */
  S apply(Prim prim, List<S> args);

  /** A number in the type of {@code like}. */
  S constant(S like, double value);

  /** Conversion; floats to integers truncate, to bool compare with 0. */
  S cast(S x, DType to);

  default S add(S a, S b) {
    return apply(Prim.ADD, List.of(a, b));
  }

  default S sub(S a, S b) {
    return apply(Prim.SUB, List.of(a, b));
  }

  default S mul(S a, S b) {
    return apply(Prim.MUL, List.of(a, b));
  }

  default S div(S a, S b) {
    return apply(Prim.DIV, List.of(a, b));
  }

  /** The remainder of the division towards zero. */
  default S rem(S a, S b) {
    return apply(Prim.REM, List.of(a, b));
  }

  default S pow(S a, S b) {
    return apply(Prim.POW, List.of(a, b));
  }

  default S min(S a, S b) {
    return apply(Prim.MIN, List.of(a, b));
  }

  default S max(S a, S b) {
    return apply(Prim.MAX, List.of(a, b));
  }

  default S neg(S x) {
    return apply(Prim.NEG, List.of(x));
  }

  default S abs(S x) {
    return apply(Prim.ABS, List.of(x));
  }

  /** The magnitude of {@code a} with the sign of {@code b}. */
  default S copySign(S a, S b) {
    return apply(Prim.COPY_SIGN, List.of(a, b));
  }

  default S sqrt(S x) {
    return apply(Prim.SQRT, List.of(x));
  }

  default S exp(S x) {
    return apply(Prim.EXP, List.of(x));
  }

  /** {@code e^x − 1}. */
  default S expm1(S x) {
    return apply(Prim.EXPM1, List.of(x));
  }

  default S log(S x) {
    return apply(Prim.LOG, List.of(x));
  }

  /** {@code log(1 + x)}. */
  default S log1p(S x) {
    return apply(Prim.LOG1P, List.of(x));
  }

  default S log2(S x) {
    return apply(Prim.LOG2, List.of(x));
  }

  default S log10(S x) {
    return apply(Prim.LOG10, List.of(x));
  }

  default S sin(S x) {
    return apply(Prim.SIN, List.of(x));
  }

  default S cos(S x) {
    return apply(Prim.COS, List.of(x));
  }

  default S atan(S x) {
    return apply(Prim.ATAN, List.of(x));
  }

  default S tanh(S x) {
    return apply(Prim.TANH, List.of(x));
  }

  /** The Gauss error function. */
  default S erf(S x) {
    return apply(Prim.ERF, List.of(x));
  }

  /** {@code 1 − erf(x)}. */
  default S erfc(S x) {
    return apply(Prim.ERFC, List.of(x));
  }

  /** {@code log |Γ(x)|}. */
  default S lgamma(S x) {
    return apply(Prim.LGAMMA, List.of(x));
  }

  default S floor(S x) {
    return apply(Prim.FLOOR, List.of(x));
  }

  /** The nearest integer, the even one of two. */
  default S round(S x) {
    return apply(Prim.ROUND, List.of(x));
  }

  /** Bool: {@code a == b}. */
  default S equal(S a, S b) {
    return apply(Prim.EQUAL, List.of(a, b));
  }

  /** Bool: {@code a < b}. */
  default S less(S a, S b) {
    return apply(Prim.LESS, List.of(a, b));
  }

  /** Bool: {@code a <= b}. */
  default S lessOrEqual(S a, S b) {
    return apply(Prim.LESS_OR_EQUAL, List.of(a, b));
  }

  /** Bitwise and of integers, logical and of bools. */
  default S and(S a, S b) {
    return apply(Prim.AND, List.of(a, b));
  }

  /** Bitwise or of integers, logical or of bools. */
  default S or(S a, S b) {
    return apply(Prim.OR, List.of(a, b));
  }

  /** Bitwise exclusive or of integers or bools. */
  default S xor(S a, S b) {
    return apply(Prim.XOR, List.of(a, b));
  }

  /** Shift left by a constant number of bits. */
  default S shiftLeft(S x, int bits) {
    return apply(Prim.SHIFT_LEFT, List.of(x, constant(x, bits)));
  }

  /** Shift right by a constant number of bits, filling with zeros. */
  default S shiftRight(S x, int bits) {
    return apply(Prim.SHIFT_RIGHT, List.of(x, constant(x, bits)));
  }

  /** {@code c[0] + c[1] x + c[2] x² + …}, by Horner's rule. */
  default S polynomial(S x, double... c) {
    S sum = constant(x, c[c.length - 1]);
    for (int i = c.length - 2; i >= 0; i--) {
      sum = add(mul(sum, x), constant(x, c[i]));
    }
    return sum;
  }

  /** {@code a} when the bool {@code condition} holds, else {@code b}. */
  default S select(S condition, S a, S b) {
    return apply(Prim.SELECT, List.of(condition, a, b));
  }
}

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

  default S sqrt(S x) {
    return apply(Prim.SQRT, List.of(x));
  }

  default S exp(S x) {
    return apply(Prim.EXP, List.of(x));
  }

  default S log(S x) {
    return apply(Prim.LOG, List.of(x));
  }

  default S sin(S x) {
    return apply(Prim.SIN, List.of(x));
  }

  default S cos(S x) {
    return apply(Prim.COS, List.of(x));
  }

  default S tanh(S x) {
    return apply(Prim.TANH, List.of(x));
  }

  /** The Gauss error function. */
  default S erf(S x) {
    return apply(Prim.ERF, List.of(x));
  }

  default S floor(S x) {
    return apply(Prim.FLOOR, List.of(x));
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

  /** {@code a} when the bool {@code condition} holds, else {@code b}. */
  default S select(S condition, S a, S b) {
    return apply(Prim.SELECT, List.of(condition, a, b));
  }
}

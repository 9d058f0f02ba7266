package kortex.op;

import kortex.tensor.DType;

/**
 * The scalar primitives that elementwise formulas are written in. A code generator, an interpreter
 * and a constant folder each implement it once, and every elementwise op then works there.
 */
public interface Scalars<S> {
  /** A number in the type of {@code like}. */
  S constant(S like, double value);

  S add(S a, S b);

  S sub(S a, S b);

  S mul(S a, S b);

  S div(S a, S b);

  S pow(S a, S b);

  S min(S a, S b);

  S max(S a, S b);

  S neg(S x);

  S abs(S x);

  S sqrt(S x);

  S exp(S x);

  S log(S x);

  S sin(S x);

  S cos(S x);

  S tanh(S x);

  /** The Gauss error function. */
  S erf(S x);

  S floor(S x);

  /** Bool: {@code a == b}. */
  S equal(S a, S b);

  /** Bool: {@code a < b}. */
  S less(S a, S b);

  /** Bool: {@code a <= b}. */
  S lessOrEqual(S a, S b);

  /** Bitwise and of integers, logical and of bools. */
  S and(S a, S b);

  /** Bitwise or of integers, logical or of bools. */
  S or(S a, S b);

  /** Bitwise exclusive or of integers or bools. */
  S xor(S a, S b);

  /** Shift left by a constant number of bits. */
  S shiftLeft(S x, int bits);

  /** Shift right by a constant number of bits, filling with zeros. */
  S shiftRight(S x, int bits);

  /** {@code a} when the bool {@code condition} holds, else {@code b}. */
  S select(S condition, S a, S b);

  /** Conversion; floats to integers truncate, to bool compare with 0. */
  S cast(S x, DType to);
}

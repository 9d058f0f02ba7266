package kortex.graph;

import kortex.op.Bits;
import kortex.op.Unary;
import kortex.tensor.DType;

/** Comparisons, truth values and bits. Binary functions broadcast as NumPy's do. */
public sealed interface Logic extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** Bool: this ≠ other; NaN differs from everything. */
  default Tensor notEqual(Tensor other) {
    return self().equal(other).not();
  }

  /** Bool: whether an element is NaN. */
  default Tensor isNan() {
    return notEqual(self());
  }

  /** Bool: whether an element is ∞ or −∞. */
  default Tensor isInf() {
    return dtype().isFloat() ? self().abs().equal(infinity()) : constant(false);
  }

  /** Bool: whether an element is neither infinite nor NaN. */
  default Tensor isFinite() {
    return dtype().isFloat() ? self().abs().less(infinity()) : constant(true);
  }

  private Tensor infinity() {
    return Operands.number(self(), Double.POSITIVE_INFINITY);
  }

  private Tensor constant(boolean value) {
    return Tensor.full(type().as(DType.BOOL), value ? 1 : 0);
  }

  /** Logical not of bools, bitwise not of integers. */
  default Tensor not() {
    if (!dtype().isInteger()) {
      return apply(new Unary.Not());
    }
    return xor(Operands.number(self(), dtype().least() < 0 ? -1 : dtype().greatest()));
  }

  /** Logical and of bools, bitwise and of integers. */
  default Tensor and(Tensor other) {
    return Operands.apply(new Bits.And(), self(), other);
  }

  /** Logical or of bools, bitwise or of integers. */
  default Tensor or(Tensor other) {
    return Operands.apply(new Bits.Or(), self(), other);
  }

  /** Logical exclusive or of bools, bitwise of integers. */
  default Tensor xor(Tensor other) {
    return Operands.apply(new Bits.Xor(), self(), other);
  }

  /** Integers times 2^bits, by moving bits; 0 for bits below 0 or from the size of the dtype on. */
  default Tensor shiftLeft(Tensor bits) {
    return Operands.apply(new Bits.ShiftLeft(), self(), bits);
  }

  /**
   * ⌊this / 2^bits⌋ of integers, by moving bits; for bits below 0 or from the size of the dtype on
   * 0, or −1 of negative numbers.
   */
  default Tensor shiftRight(Tensor bits) {
    return Operands.apply(new Bits.ShiftRight(), self(), bits);
  }
}

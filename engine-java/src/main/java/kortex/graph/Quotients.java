package kortex.graph;

import kortex.op.Division;
import kortex.tensor.DType;

/** Quotients rounded down, as NumPy's {@code //}. */
final class Quotients {
  private Quotients() {}

  static Tensor floorDiv(Tensor a, Tensor b) {
    DType dtype = a.dtype().promote(b.dtype());
    if (!dtype.isFloat()) {
      return Operands.apply(new Division.FloorDiv(), a, b);
    }
    Tensor x = a.cast(dtype);
    Tensor y = b.cast(dtype);
    Tensor left = x.rem(y);
    // What is left after the remainder is a multiple of y, up to rounding.
    Tensor finite = x.sub(left).div(y).round();
    // An infinite remainder: a finite number was divided by infinity of the other sign.
    Tensor whole = left.isInf().select(Operands.fill(left.type(), -1), finite);
    return y.equal(0).select(x.div(y), whole).stopGradient();
  }

  static Tensor floorDiv(Tensor a, Number b) {
    if (Operands.isWhole(b) && !a.dtype().isFloat()) {
      return Operands.apply(new Division.FloorDiv(), a, b);
    }
    Tensor x = Operands.divisible(a);
    return floorDiv(x, Operands.fill(x.type(), b));
  }

  static Tensor floorDiv(Number a, Tensor b) {
    if (Operands.isWhole(a) && !b.dtype().isFloat()) {
      return Operands.apply(new Division.FloorDiv(), a, b);
    }
    Tensor y = Operands.divisible(b);
    return floorDiv(Operands.fill(y.type(), a), y);
  }
}

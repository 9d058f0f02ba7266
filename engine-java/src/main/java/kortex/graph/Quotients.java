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
    // What the remainder leaves is a multiple of y, up to rounding.
    Tensor quotient = x.sub(left).div(y);
    Tensor below = quotient.floor();
    // Not floor(quotient + 0.5), for that sum is rounded where quotients have no fractions.
    Tensor above = quotient.sub(below).greater(0.5);
    Tensor whole = above.select(below.add(1), below);
    // The remainder is y itself only where x is nothing beside it, and of the other sign.
    Tensor finite = left.equal(y).select(Tensors.fullLike(y, -1), whole);
    return y.equal(0).select(x.div(y), finite).stopGradient();
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

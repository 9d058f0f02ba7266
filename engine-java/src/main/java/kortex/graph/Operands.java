package kortex.graph;

import kortex.op.Op;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;

/** Brings operands to one type before an elementwise op sees them. */
final class Operands {
  private Operands() {}

  /** Applies an elementwise op of two operands, which broadcast. */
  static Tensor apply(Op op, Tensor a, Tensor b) {
    if (a.dtype() != b.dtype()) {
      throw new DTypeException(
          op.label() + " needs two tensors of one dtype, got " + a.type() + " and " + b.type(),
          "Cast one of them: x.cast(" + a.dtype() + ").");
    }
    Shape shape = a.shape().broadcast(b.shape());
    return a.broadcastTo(shape).apply(op, b.broadcastTo(shape));
  }

  /** A number in the type of a tensor. */
  static Tensor number(Tensor like, double number) {
    return Tensor.full(like.type(), number);
  }
}

package kortex.op;

import java.util.List;
import kortex.tensor.DTypeException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** Shape rules that regions share. */
final class Bodies {
  private Bodies() {}

  /** The types of a body's results; throws when the inputs are not those of its parameters. */
  static List<TensorType> infer(Op op, Body body, List<TensorType> inputs) {
    Op.arity(op, inputs, body.parameters());
    for (int i = 0; i < inputs.size(); i++) {
      requireSame(op.label() + " input " + i, body.parameterTypes().get(i), inputs.get(i));
    }
    return body.resultTypes();
  }

  /** Throws unless both types are equal. */
  static void requireSame(String what, TensorType expected, TensorType actual) {
    if (!expected.equals(actual)) {
      String message = what + " is " + actual + ", its body was made for " + expected;
      throw expected.dtype() == actual.dtype()
          ? new ShapeException(message, "Pass " + expected + ".")
          : new DTypeException(message, "Pass " + expected + ".");
    }
  }
}

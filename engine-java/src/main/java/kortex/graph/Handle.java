package kortex.graph;

import kortex.op.Op;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** What every family of tensor functions builds on: a value of the graph and its type. */
public interface Handle {
  /** The value in the graph. */
  Value value();

  /** Element type and shape. */
  TensorType type();

  /** The extents. */
  default Shape shape() {
    return type().shape();
  }

  /** The element type. */
  default DType dtype() {
    return type().dtype();
  }

  /** Applies an op of one output to this tensor and others. */
  Tensor apply(Op op, Tensor... others);
}

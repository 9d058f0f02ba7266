package kortex.graph;

import kortex.op.MatMul;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** Products of matrices. */
public sealed interface Products extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /**
   * Matrix product as NumPy's matmul: vectors count as a row (left) or a column (right), leading
   * axes broadcast.
   */
  default Tensor matmul(Tensor other) {
    if (shape().rank() == 0 || other.shape().rank() == 0) {
      throw new ShapeException(
          "matmul of a scalar: " + type() + " and " + other.type(), "Multiply with * instead.");
    }
    long columns = shape().extent(-1);
    long rows = other.shape().extent(other.shape().rank() == 1 ? -1 : -2);
    if (columns != rows) {
      throw new ShapeException(
          "inner axes differ: "
              + type()
              + " · "
              + other.type()
              + " has "
              + columns
              + " and "
              + rows,
          "Make the columns of the first equal to the rows of the second.");
    }
    if (shape().rank() == 1) {
      Tensor out = self().reshape(1, shape().extent(0)).matmul(other);
      int gone = other.shape().rank() == 1 ? 0 : out.shape().rank() - 2;
      return out.squeeze(gone);
    }
    if (other.shape().rank() == 1) {
      Tensor out = matmul(other.reshape(other.shape().extent(0), 1));
      return out.squeeze(out.shape().rank() - 1);
    }
    Shape batch = Systems.stack(self()).broadcast(Systems.stack(other));
    return Systems.onStack(self(), batch)
        .apply(new MatMul(false, false), Systems.onStack(other, batch));
  }
}

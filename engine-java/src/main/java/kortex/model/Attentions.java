package kortex.model;

import kortex.graph.Tensor;
import kortex.op.MatMul;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** Attention as a plain function of tensors. */
public final class Attentions {
  private Attentions() {}

  /**
   * {@code softmax(q·kᵀ / √d) · v}: {@code [.., m, d], [.., n, d], [.., n, e] → [.., m, e]} with
   * equal leading axes. With {@code causal}, row i sees the first i + 1 keys only (Vaswani et al.,
   * "Attention is all you need", 2017). As PyTorch's.
   */
  public static Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v, boolean causal) {
    require(q, k, v);
    Tensor scores = q.apply(new MatMul(false, true), k).mul(1 / Math.sqrt(q.shape().extent(-1)));
    Tensor weights = Activations.softmax(causal ? masked(scores) : scores);
    return weights.apply(new MatMul(false, false), v);
  }

  /** What lies right of the diagonal weighs nothing. */
  private static Tensor masked(Tensor scores) {
    Tensor row = Tensor.iota(scores.type().as(DType.I32), -2);
    Tensor column = Tensor.iota(scores.type().as(DType.I32), -1);
    // Each row keeps a number that is larger, so no difference of infinities is ever taken.
    Tensor never = Tensor.full(scores.type(), Double.NEGATIVE_INFINITY);
    return column.lessOrEqual(row).select(scores, never);
  }

  private static void require(Tensor q, Tensor k, Tensor v) {
    String got = q.type() + ", " + k.type() + " and " + v.type();
    if (!q.dtype().isFloat() || k.dtype() != q.dtype() || v.dtype() != q.dtype()) {
      throw new DTypeException(
          "attention needs q, k and v of one float dtype, got " + got, "Cast them: q.cast(f32).");
    }
    int rank = q.shape().rank();
    boolean ranks = rank >= 2 && k.shape().rank() == rank && v.shape().rank() == rank;
    if (!ranks || !leading(q).equals(leading(k)) || !leading(q).equals(leading(v))) {
      throw new ShapeException(
          "attention needs q, k and v with the same axes before the last two, got " + got,
          "Give them [.., time, features]; broadcast the leading axes to one shape.");
    }
    long width = q.shape().extent(-1);
    if (width == 0 || k.shape().extent(-1) != width) {
      throw new ShapeException(
          "attention compares queries of "
              + width
              + " features with keys of "
              + k.shape().extent(-1)
              + ": "
              + got,
          "Make the last axes of q and k equal, and not empty.");
    }
    long keys = k.shape().extent(-2);
    if (keys == 0 || v.shape().extent(-2) != keys) {
      throw new ShapeException(
          "attention needs a value for each key, got "
              + keys
              + " keys and "
              + v.shape().extent(-2)
              + " values: "
              + got,
          "Make the second to last axes of k and v equal, and not empty.");
    }
  }

  private static Shape leading(Tensor x) {
    return x.shape().take(x.shape().rank() - 2);
  }
}

package kortex.op;

import java.util.List;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** What queries, keys, values and bias of {@link Attention} must be like. */
final class AttentionShapes {
  private AttentionShapes() {}

  /** Throws unless the inputs of an op fit; returns the type of its mixed values. */
  static TensorType result(Attention op, List<TensorType> inputs) {
    TensorType q = inputs.get(0);
    TensorType v = inputs.get(2);
    require(q, inputs.get(1), v);
    if (op.biased()) {
      requireBias(q, inputs.get(1), inputs.get(3));
    }
    return q.as(q.shape().with(-1, v.shape().extent(-1)));
  }

  /** The type of the logarithms of sums. */
  static TensorType logSum(TensorType q) {
    Shape shape = q.shape();
    return new TensorType(Attention.statistics(q.dtype()), shape.take(shape.rank() - 1));
  }

  /** Pairs of a query and a key that it sees, in all heads. */
  static double pairs(Attention op, List<TensorType> inputs) {
    double m = inputs.get(0).shape().extent(-2);
    double n = inputs.get(1).shape().extent(-2);
    double square = Math.min(m, n);
    double seen = op.causal() ? square * (square + 1) / 2 + (m - square) * n : m * n;
    return leading(inputs.get(0)).size() * seen;
  }

  private static void require(TensorType q, TensorType k, TensorType v) {
    String got = q + ", " + k + " and " + v;
    if (!q.dtype().isFloat() || k.dtype() != q.dtype() || v.dtype() != q.dtype()) {
      throw new DTypeException(
          "attention needs q, k and v of one float dtype, got " + got, "Cast them: q.cast(f32).");
    }
    int rank = q.shape().rank();
    boolean ranks = rank >= 2 && k.shape().rank() == rank && v.shape().rank() == rank;
    if (!ranks || !leading(k).equals(leading(v)) || !shares(leading(q), leading(k))) {
      throw new ShapeException(
          "attention needs q, k and v with the same axes before the last two, got " + got,
          "Give them [.., heads, time, features]; the heads of q may be a multiple of the others.");
    }
    requireFeatures(q, k, got);
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

  private static void requireFeatures(TensorType q, TensorType k, String got) {
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
  }

  /** Whether the leading axes fit: equal but for the last, of which the first has a multiple. */
  private static boolean shares(Shape q, Shape k) {
    if (q.equals(k)) {
      return true;
    }
    int last = q.rank() - 1;
    long heads = k.extent(-1);
    return heads > 0
        && q.extent(-1) > 0
        && q.extent(-1) % heads == 0
        && q.take(last).equals(k.take(last));
  }

  private static void requireBias(TensorType q, TensorType k, TensorType bias) {
    if (bias.dtype() != q.dtype()) {
      throw new DTypeException(
          "attention adds a bias of its own dtype, got " + bias + " for " + q,
          "Cast it: bias.cast(" + q.dtype() + ").");
    }
    int rank = q.shape().rank();
    Shape scores = q.shape().with(-1, k.shape().extent(-2));
    boolean fits = bias.shape().rank() == rank && bias.shape().extent(-1) == scores.extent(-1);
    for (int i = 0; fits && i < rank; i++) {
      fits = bias.shape().extent(i) == 1 || bias.shape().extent(i) == scores.extent(i);
    }
    if (!fits) {
      throw new ShapeException(
          "attention has scores " + scores + ", the bias is " + bias,
          "Give it that shape, or 1 where it is repeated, but not for the keys.");
    }
  }

  /**
   * Throws unless what the backward pass gets has the types that the forward pass gave; numbers for
   * each query may have been rounded to the dtype of the queries.
   */
  static void requireEqual(Attention op, TensorType q, TensorType mixed, List<TensorType> got) {
    TensorType logSum = logSum(q);
    String what = op.label() + " needs " + List.of(logSum, mixed, logSum) + ", got " + got;
    String remedy = "Pass the logarithms of sums, the gradient of the result, and their products.";
    for (TensorType type : got) {
      if (type.dtype() != q.dtype() && type.dtype() != logSum.dtype()) {
        throw new DTypeException(what, remedy);
      }
    }
    if (!got.get(0).shape().equals(logSum.shape())
        || !got.get(1).equals(mixed)
        || !got.get(2).shape().equals(logSum.shape())) {
      throw new ShapeException(what, remedy);
    }
  }

  /** The axes before the last two. */
  static Shape leading(TensorType x) {
    return x.shape().take(x.shape().rank() - 2);
  }
}

package kortex.graph;

import java.util.List;
import kortex.op.Index;
import kortex.op.Op;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** What the functions of matrices have in common. */
final class Systems {
  private Systems() {}

  /** Applies an op to matrices and right sides of one stack. */
  static Tensor apply(Op op, Tensor a, Tensor b) {
    if (b.shape().rank() == 1 && a.shape().rank() >= 2) {
      Tensor x = apply(op, a, b.reshape(b.shape().extent(0), 1));
      return x.squeeze(x.shape().rank() - 1);
    }
    if (a.shape().rank() < 2 || b.shape().rank() < 2) {
      return a.apply(op, b);
    }
    Shape stack = stack(a).broadcast(stack(b));
    return onStack(a, stack).apply(op, onStack(b, stack));
  }

  static Tensor identity(TensorType type) {
    TensorType index = type.as(DType.I32);
    int rank = type.shape().rank();
    if (rank < 2) {
      return Tensor.full(type, 1);
    }
    GraphEmit e = GraphEmit.INSTANCE;
    Value rows = e.one(new Index.Iota(index, rank - 2), List.of());
    Value columns = e.one(new Index.Iota(index, rank - 1), List.of());
    return Tensor.of(e.cast(e.equal(rows, columns), type.dtype()));
  }

  /** {@code base} to a power of at least 1, by squaring. */
  static Tensor power(Tensor base, long exponent) {
    if (exponent == 1) {
      return base;
    }
    Tensor half = power(base, exponent / 2);
    Tensor even = half.matmul(half);
    return exponent % 2 == 0 ? even : even.matmul(base);
  }

  static double rounding(TensorType a) {
    long[] extents = a.shape().toArray();
    long longest = 1;
    for (int i = Math.max(0, extents.length - 2); i < extents.length; i++) {
      longest = Math.max(longest, extents[i]);
    }
    double unit = a.dtype().bytes() == 8 ? 0x1p-52 : a.dtype().bytes() == 4 ? 0x1p-23 : 0x1p-8;
    return longest * unit;
  }

  static void sameRows(String what, Tensor a, Tensor b) {
    int rows = b.shape().rank() == 1 ? -1 : -2;
    if (a.shape().rank() < 2
        || b.shape().rank() == 0
        || a.shape().extent(-2) != b.shape().extent(rows)) {
      throw new ShapeException(
          what + " of " + a.type() + " and " + b.type() + ": the rows differ",
          "Pass a matrix [.., m, n] and right sides [m] or [.., m, k].");
    }
  }

  static Tensor notEmpty(String what, Tensor a) {
    if (a.shape().rank() >= 2 && (a.shape().extent(-1) == 0 || a.shape().extent(-2) == 0)) {
      throw new ShapeException(
          what + " of an empty matrix: " + a.type(), "Use matrices with rows and columns.");
    }
    return a;
  }

  static Shape stack(Tensor matrix) {
    return matrix.shape().take(matrix.shape().rank() - 2);
  }

  static Tensor onStack(Tensor matrix, Shape batch) {
    int rank = matrix.shape().rank();
    return matrix.broadcastTo(
        batch
            .insert(batch.rank(), matrix.shape().extent(rank - 2))
            .insert(batch.rank() + 1, matrix.shape().extent(rank - 1)));
  }
}

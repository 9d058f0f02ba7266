package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Matrix product of the last two axes, batched over equal leading axes: {@code [.., m, k] · [.., k,
 * n] → [.., m, n]}; a transposed operand is stored with its last two axes swapped.
 */
public record MatMul(boolean transposeA, boolean transposeB) implements Op {
  @Override
  public boolean accumulates() {
    return true;
  }

  @Override
  public double flops(List<TensorType> inputs, List<TensorType> outputs) {
    return 2.0 * outputs.getFirst().size() * inputs.get(0).shape().extent(transposeA ? -2 : -1);
  }

  @Override
  public List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, 2);
    TensorType a = inputs.get(0);
    TensorType b = inputs.get(1);
    if (a.dtype() != b.dtype() || !a.dtype().isFloat()) {
      throw new DTypeException(
          "matMul needs two float tensors of one dtype, got " + a + " and " + b,
          "Cast one of them.");
    }
    int rank = a.shape().rank();
    if (rank < 2 || b.shape().rank() != rank) {
      throw new ShapeException(
          "matMul needs two matrices or stacks of them, got " + a + " and " + b,
          "Reshape the operands to [.., rows, columns] of equal rank.");
    }
    long inner = a.shape().extent(transposeA ? -2 : -1);
    long other = b.shape().extent(transposeB ? -1 : -2);
    if (inner != other) {
      throw new ShapeException(
          "inner axes differ: "
              + side(a, transposeA)
              + " · "
              + side(b, transposeB)
              + " has "
              + inner
              + " and "
              + other,
          "Make the columns of the first equal to the rows of the second.");
    }
    Shape batch = a.shape().take(rank - 2);
    if (!batch.equals(b.shape().take(rank - 2))) {
      throw new ShapeException(
          "stacks differ: " + a + " and " + b, "Broadcast the leading axes to one shape.");
    }
    long m = a.shape().extent(transposeA ? -1 : -2);
    long n = b.shape().extent(transposeB ? -2 : -1);
    return List.of(a.as(batch.insert(rank - 2, m).insert(rank - 1, n)));
  }

  private static String side(TensorType t, boolean transposed) {
    return t + (transposed ? "ᵀ" : "");
  }

  @Override
  public <V> List<V> batch(Emit<V> e, Batch<V> b) {
    Shape a = e.type(b.in(0)).shape();
    if (b.has(1) || transposeA || a.rank() != 3) {
      return e.emit(this, b.full(e));
    }
    // One matrix for all members: their rows form one tall matrix.
    V tall = e.reshape(b.in(0), Shape.of(a.extent(0) * a.extent(1), a.extent(2)));
    V product = e.one(this, List.of(tall, b.in(1)));
    long columns = e.type(product).shape().extent(1);
    return List.of(e.reshape(product, Shape.of(a.extent(0), a.extent(1), columns)));
  }

  @Override
  public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
    V a = c.in(0);
    V b = c.in(1);
    V g = c.grad();
    V da = transposeA ? e.matMul(b, g, transposeB, true) : e.matMul(g, b, false, !transposeB);
    V db = transposeB ? e.matMul(g, a, true, transposeA) : e.matMul(a, g, !transposeA, false);
    return List.of(Optional.of(da), Optional.of(db));
  }
}

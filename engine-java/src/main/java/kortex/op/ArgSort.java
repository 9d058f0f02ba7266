package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/**
 * The positions, i64, that put the elements along an axis in order. Stable: equal elements keep
 * their order, also when {@code descending}. NaN is last in both directions, −0 equals 0.
 */
public record ArgSort(int axis, boolean descending) implements Op {
  @Override
  public List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, 1);
    TensorType x = inputs.getFirst();
    Axis.normalise(axis, x.shape().rank());
    return List.of(x.as(DType.I64));
  }

  @Override
  public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
    return List.of(Optional.empty());
  }

  @Override
  public <V> List<V> batch(Emit<V> e, Batch<V> b) {
    return e.emit(new ArgSort(axis + 1, descending), List.of(b.in(0)));
  }
}

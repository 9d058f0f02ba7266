package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.tensor.Axis;
import kortex.tensor.TensorType;

/** Positions as values, and values by position. */
public sealed interface Index extends Op {
  /** The position along {@code axis}: 0, 1, 2, … repeated along the other axes. */
  record Iota(TensorType type, int axis) implements Index {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 0);
      Axis.normalise(axis, type.shape().rank());
      return List.of(type);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
      return List.of();
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      throw new IllegalStateException("iota has no inputs to batch");
    }
  }
}

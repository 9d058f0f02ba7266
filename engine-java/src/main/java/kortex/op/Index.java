package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Positions as values, and values by position. */
public sealed interface Index extends Op {
  /** The position in row-major order, counted from {@code start}, as i64. */
  record Position(Shape shape, long start) implements Index {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 0);
      return List.of(new TensorType(DType.I64, shape));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
      return List.of();
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      throw new IllegalStateException("position has no inputs to batch");
    }
  }

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

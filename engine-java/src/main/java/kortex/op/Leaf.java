package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.tensor.TensorType;

/** Values that come from outside the computation or are known before it. */
public sealed interface Leaf extends Op {
  @Override
  default double flops(List<TensorType> inputs, List<TensorType> outputs) {
    return 0;
  }

  /** The type of the value. */
  TensorType type();

  @Override
  default List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, 0);
    return List.of(type());
  }

  @Override
  default <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
    return List.of();
  }

  @Override
  default <V> List<V> batch(Emit<V> e, Batch<V> b) {
    throw new IllegalStateException(label() + " has no inputs to batch");
  }

  /** Stored data: a constant, a batch, a parameter or a state. The node says where it is stored. */
  record Read(TensorType type) implements Leaf {}

  /** One number repeated. */
  record Fill(TensorType type, double value) implements Leaf {}
}

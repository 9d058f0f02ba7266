package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * A layer without states inside another, which keeps its parameters under {@code name/}.
 *
 * @param name what the outer layer calls it
 * @param layer what it computes
 */
record Part(String name, Layer layer) {
  List<WeightSpec> weights(Shape input) {
    return layer.weights(List.of(input)).stream().map(this::named).toList();
  }

  private WeightSpec named(WeightSpec w) {
    return new WeightSpec(name + "/" + w.name(), w.shape(), w.initializer(), w.regularizer());
  }

  Shape output(Shape input) {
    return layer.output(List.of(input));
  }

  long flops(Shape input) {
    return layer.flops(List.of(input));
  }

  Tensor forward(Forward outer, Tensor input) {
    return layer.forward(new Inner(outer, name + "/"), List.of(input));
  }

  /** The outer layer's context under longer names. */
  private record Inner(Forward outer, String prefix) implements Forward {
    @Override
    public Tensor weight(String name) {
      return outer.weight(prefix + name);
    }

    @Override
    public Tensor state(String name) {
      return outer.state(prefix + name);
    }

    @Override
    public void update(String state, Tensor value) {
      outer.update(prefix + state, value);
    }

    @Override
    public Phase phase() {
      return outer.phase();
    }

    @Override
    public Tensor uniform(TensorType type) {
      return outer.uniform(type);
    }
  }
}

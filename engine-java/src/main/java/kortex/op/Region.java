package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Ops that hold a computation: loops, branches, and parts with a gradient of their own. Whatever is
 * inside stays one compiled plan with what is around it. {@link Scan} and {@link Cond} become steps
 * of the plan; {@link Checkpoint} and {@link CustomGradient} matter to differentiation only and are
 * written out when the graph is simplified.
 */
public sealed interface Region extends Op
    permits Scan, Cond, Checkpoint, CustomGradient, Region.After {
  /** The computations inside. */
  List<Body> bodies();

  /**
   * The first input, not to be computed from before the others are known: what is computed from it
   * is not shared with what is computed from the input itself. Takes no time and no memory.
   */
  record After() implements Region {
    @Override
    public List<Body> bodies() {
      return List.of();
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      if (inputs.isEmpty()) {
        throw new ShapeException("after takes at least 1 input, got 0", "Pass a value.");
      }
      return List.of(inputs.getFirst());
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      List<Optional<V>> out = new ArrayList<>(List.of(Optional.of(c.grad())));
      c.inputs().stream().skip(1).forEach(gate -> out.add(Optional.empty()));
      return out;
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      List<V> inputs = new ArrayList<>(b.inputs());
      inputs.set(0, b.full(e, 0));
      return e.emit(this, inputs);
    }
  }
}

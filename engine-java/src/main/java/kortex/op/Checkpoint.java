package kortex.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import kortex.tensor.TensorType;

/**
 * A computation whose backward pass computes it again from its inputs, instead of keeping what it
 * computed on the way (Chen et al., "Training deep nets with sublinear memory cost", 2016). Inputs
 * and outputs are those of the body.
 */
public record Checkpoint(Body body) implements Region {
  @Override
  public List<Body> bodies() {
    return List.of(body);
  }

  @Override
  public List<TensorType> infer(List<TensorType> inputs) {
    return Bodies.infer(this, body, inputs);
  }

  /** The reverse pass waits for the gradients, and is recomputed itself when differentiated. */
  @Override
  public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
    BodyVjp.Traced vjp = BodyVjp.of(body);
    List<V> gradients = BodyVjp.floatGradients(body.resultTypes(), c.gradients());
    List<V> inputs = new ArrayList<>();
    for (V input : c.inputs()) {
      List<V> gated = new ArrayList<>(List.of(input));
      gated.addAll(gradients);
      inputs.add(e.one(new Region.After(), gated));
    }
    inputs.addAll(gradients);
    return BodyVjp.spread(vjp.flows(), e.emit(new Checkpoint(vjp.build(vjp.flows())), inputs));
  }

  @Override
  public <V> List<V> batch(Emit<V> e, Batch<V> b) {
    List<Boolean> full = Collections.nCopies(body.results().size(), true);
    return e.emit(new Checkpoint(body.batch(b.batched(), b.size(), full)), b.inputs());
  }
}

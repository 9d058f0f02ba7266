package kortex.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * A computation with a gradient rule of its own. Inputs: the arguments; what {@code forward} reads
 * from outside; what {@code backward} reads from outside. Gradients flow to the arguments only.
 *
 * @param forward from arguments, then what it reads from outside, to outputs
 * @param backward from arguments, outputs, one gradient for each output, then what it reads from
 *     outside, to one gradient for each float argument
 * @param arguments how many arguments there are
 */
public record CustomGradient(Body forward, Body backward, int arguments) implements Region {
  @Override
  public List<Body> bodies() {
    return List.of(forward, backward);
  }

  @Override
  public List<TensorType> infer(List<TensorType> inputs) {
    int outside = backward.parameters() - arguments - 2 * forward.results().size();
    Op.arity(this, inputs, forward.parameters() + outside);
    List<TensorType> expected = new ArrayList<>(inputs.subList(0, arguments));
    expected.addAll(forward.resultTypes());
    expected.addAll(forward.resultTypes());
    expected.addAll(inputs.subList(forward.parameters(), inputs.size()));
    Bodies.infer(this, backward, expected);
    List<TensorType> floats =
        inputs.subList(0, arguments).stream().filter(t -> t.dtype().isFloat()).toList();
    List<DType> given = backward.resultTypes().stream().map(TensorType::dtype).toList();
    if (!given.equals(floats.stream().map(TensorType::dtype).toList())) {
      throw new DTypeException(
          "the backward of a custom gradient gives " + backward.resultTypes() + " for " + floats,
          "Return one gradient for each float argument, of its dtype; integers have none.");
    }
    if (!backward.resultTypes().equals(floats)) {
      throw new ShapeException(
          "the backward of a custom gradient gives " + backward.resultTypes() + " for " + floats,
          "Return one gradient for each float argument, of its type.");
    }
    return Bodies.infer(this, forward, inputs.subList(0, forward.parameters()));
  }

  @Override
  public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
    List<V> inputs = new ArrayList<>(c.inputs().subList(0, arguments));
    inputs.addAll(c.outputs());
    inputs.addAll(c.gradients());
    inputs.addAll(c.inputs().subList(forward.parameters(), c.inputs().size()));
    List<Boolean> flows = new ArrayList<>();
    for (int i = 0; i < c.inputs().size(); i++) {
      flows.add(i < arguments && e.type(c.in(i)).dtype().isFloat());
    }
    return BodyVjp.spread(flows, backward.inline(e, inputs));
  }

  /** Every input gets the first axis, so that every gradient has the type of its argument. */
  @Override
  public <V> List<V> batch(Emit<V> e, Batch<V> b) {
    return e.emit(
        new CustomGradient(batched(forward, b.size()), batched(backward, b.size()), arguments),
        b.full(e));
  }

  private static Body batched(Body body, long size) {
    return body.batch(
        Collections.nCopies(body.parameters(), true),
        size,
        Collections.nCopies(body.results().size(), true));
  }
}

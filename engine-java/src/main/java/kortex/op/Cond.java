package kortex.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * One of two computations, chosen when it runs; the other is not computed. Inputs: the predicate,
 * {@code bool[]}, then the arguments of both bodies. The bodies give results of the same types.
 *
 * @param then computed where the predicate holds
 * @param otherwise computed where it does not
 */
public record Cond(Body then, Body otherwise) implements Region {
  private static final TensorType PREDICATE = new TensorType(DType.BOOL, Shape.SCALAR);

  @Override
  public List<Body> bodies() {
    return List.of(then, otherwise);
  }

  @Override
  public List<TensorType> infer(List<TensorType> inputs) {
    if (inputs.isEmpty() || !inputs.getFirst().equals(PREDICATE)) {
      throw new DTypeException(
          "cond chooses by one bool[], got " + inputs.stream().findFirst(),
          "Compare two numbers, or reduce the condition to one.");
    }
    List<TensorType> arguments = inputs.subList(1, inputs.size());
    List<TensorType> results = Bodies.infer(this, then, arguments);
    if (!Bodies.infer(this, otherwise, arguments).equals(results)) {
      throw new ShapeException(
          "the branches of cond give " + results + " and " + otherwise.resultTypes(),
          "Make both give the same types.");
    }
    return results;
  }

  /** Those of the more expensive branch. */
  @Override
  public double flops(List<TensorType> inputs, List<TensorType> outputs) {
    return Math.max(then.flops(), otherwise.flops());
  }

  /** Computes the chosen branch again and goes back through it. */
  @Override
  public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
    BodyVjp.Traced first = BodyVjp.of(then);
    BodyVjp.Traced second = BodyVjp.of(otherwise);
    List<Boolean> flows =
        IntStream.range(0, then.parameters())
            .mapToObj(i -> first.flows().get(i) || second.flows().get(i))
            .toList();
    List<V> inputs = new ArrayList<>(c.inputs());
    inputs.addAll(BodyVjp.floatGradients(then.resultTypes(), c.gradients()));
    List<Optional<V>> out = new ArrayList<>(List.of(Optional.empty()));
    List<V> gradients = e.emit(new Cond(first.build(flows), second.build(flows)), inputs);
    out.addAll(BodyVjp.spread(flows, gradients));
    return out;
  }

  /** With a predicate for each member, both branches are computed and selected from. */
  @Override
  public <V> List<V> batch(Emit<V> e, Batch<V> b) {
    List<Boolean> flags = b.batched().subList(1, b.batched().size());
    List<Boolean> full = Collections.nCopies(then.results().size(), true);
    Body first = then.batch(flags, b.size(), full);
    Body second = otherwise.batch(flags, b.size(), full);
    if (!b.has(0)) {
      return e.emit(new Cond(first, second), b.inputs());
    }
    List<V> arguments = b.inputs().subList(1, b.inputs().size());
    List<V> yes = first.inline(e, arguments);
    List<V> no = second.inline(e, arguments);
    List<V> out = new ArrayList<>();
    for (int i = 0; i < yes.size(); i++) {
      Shape shape = e.type(yes.get(i)).shape();
      V condition = e.broadcast(b.in(0), shape, Axis.range(0, 1));
      out.add(e.select(condition, yes.get(i), no.get(i)));
    }
    return out;
  }
}

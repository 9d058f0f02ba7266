package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.tensor.Axis;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * A loop: {@code (carry, y[t]) = body(carry, x[t], constants)} for each t. Inputs: the first
 * carries, the sequences, stacked along a first axis of {@code length}, then the constants.
 * Outputs: the last carries, then the results of all steps, stacked the same way. The body is
 * compiled once, whatever the length.
 *
 * @param body from carries, one slice of each sequence, and constants to the next carries and the
 *     results of the step
 * @param carries how many carries there are
 * @param sequences how many sequences there are
 * @param length the number of steps; with 0 the carries stay as they are
 * @param reverse whether t goes from the last step to the first
 */
public record Scan(Body body, int carries, int sequences, long length, boolean reverse)
    implements Region {
  @Override
  public List<Body> bodies() {
    return List.of(body);
  }

  /** The number of carries and sequences: where the constants begin. */
  public int constants() {
    return carries + sequences;
  }

  /** Whether input or parameter {@code i} is a sequence or a slice of one. */
  public boolean isSequence(int i) {
    return i >= carries && i < constants();
  }

  @Override
  public List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, body.parameters());
    List<TensorType> slices = body.parameterTypes();
    List<TensorType> results = body.resultTypes();
    for (int i = 0; i < inputs.size(); i++) {
      TensorType slice = slices.get(i);
      TensorType expected = isSequence(i) ? stacked(slice) : slice;
      Bodies.requireSame("scan input " + i, expected, inputs.get(i));
    }
    List<TensorType> out = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (i < carries && !results.get(i).equals(slices.get(i))) {
        throw new ShapeException(
            "carry "
                + i
                + " of a scan is "
                + slices.get(i)
                + " before a step and "
                + results.get(i)
                + " after it",
            "Give back the type that the carry begins with.");
      }
      out.add(i < carries ? results.get(i) : stacked(results.get(i)));
    }
    return out;
  }

  /** The type of a whole sequence of slices. */
  public TensorType stacked(TensorType slice) {
    return slice.as(slice.shape().prepend(length));
  }

  @Override
  public double flops(List<TensorType> inputs, List<TensorType> outputs) {
    return length * body.flops();
  }

  @Override
  public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
    return new ScanVjp(this).apply(e, c);
  }

  /** A carry has the members' axis as soon as any step can make it differ between members. */
  @Override
  public <V> List<V> batch(Emit<V> e, Batch<V> b) {
    List<Boolean> flags = new ArrayList<>(b.batched());
    boolean grew = true;
    while (grew) {
      grew = false;
      List<Boolean> differing = body.differing(flags);
      for (int i = 0; i < carries; i++) {
        grew |= differing.get(i) && !flags.get(i);
        flags.set(i, flags.get(i) || differing.get(i));
      }
    }
    List<Boolean> full = new ArrayList<>(flags.subList(0, carries));
    body.results().stream().skip(carries).forEach(r -> full.add(true));
    List<V> inputs = new ArrayList<>();
    for (int i = 0; i < b.inputs().size(); i++) {
      V input = i < carries && flags.get(i) ? b.full(e, i) : b.in(i);
      inputs.add(isSequence(i) && flags.get(i) ? swapped(e, input) : input);
    }
    Body batched = body.batch(flags, b.size(), full);
    List<V> outputs = e.emit(new Scan(batched, carries, sequences, length, reverse), inputs);
    List<V> out = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      V output = outputs.get(i);
      if (i >= carries) {
        out.add(swapped(e, output));
      } else {
        out.add(flags.get(i) ? output : repeated(e, output, b.size()));
      }
    }
    return out;
  }

  private static <V> V repeated(Emit<V> e, V x, long size) {
    int rank = e.type(x).shape().rank();
    return e.broadcast(x, e.type(x).shape().prepend(size), Axis.range(1, rank + 1));
  }

  /** The first two axes exchanged: steps and members. */
  private static <V> V swapped(Emit<V> e, V x) {
    List<Integer> order = new ArrayList<>(List.of(1, 0));
    order.addAll(Axis.range(2, e.type(x).shape().rank()));
    return e.one(new View.Permute(List.copyOf(order)), List.of(x));
  }
}

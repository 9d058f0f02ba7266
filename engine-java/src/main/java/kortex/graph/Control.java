package kortex.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import kortex.op.Cond;
import kortex.op.Op;
import kortex.op.Scan;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Loops and branches that stay one compiled plan. The functions given are run once, on tensors that
 * have no numbers yet; whatever they compute is compiled, and runs as often as the loop says.
 */
public final class Control {
  private Control() {}

  /**
   * What a step of a scan gives, and what the scan gives.
   *
   * @param carry passed to the next step; the last one
   * @param outputs the results of a step; those of all steps, stacked along a first axis
   */
  public record Carried(List<Tensor> carry, List<Tensor> outputs) {
    public Carried {
      carry = List.copyOf(carry);
      outputs = List.copyOf(outputs);
    }
  }

  /** One step of a scan. */
  @FunctionalInterface
  public interface Step {
    /** From the carry and one slice of each sequence to the next carry and results. */
    Carried step(List<Tensor> carry, List<Tensor> slices);
  }

  /**
   * Runs {@code step} over sequences stacked along their first axis, from the first slice to the
   * last, or in the other direction. Throws {@link ShapeException} when there is no sequence, when
   * their lengths differ, or when a step changes the type of a carry.
   */
  public static Carried scan(
      List<? extends Tensor> init, List<? extends Tensor> sequences, boolean reverse, Step step) {
    if (sequences.isEmpty()) {
      throw new ShapeException(
          "scan got no sequence to take its length from", "Pass one, or use iterate(n, …).");
    }
    long length = -1;
    for (Tensor sequence : sequences) {
      if (sequence.shape().rank() == 0) {
        throw new ShapeException(
            "scan goes along the first axis, " + sequence.type() + " has none",
            "Pass tensors of [steps, …].");
      }
      long steps = sequence.shape().extent(0);
      if (length >= 0 && steps != length) {
        throw new ShapeException(
            "the sequences of a scan have "
                + length
                + " and "
                + steps
                + " steps: "
                + sequences.stream().map(Tensor::type).toList(),
            "Give all of them one extent along the first axis.");
      }
      length = steps;
    }
    return loop("scan", init, sequences, length, reverse, step);
  }

  /** Runs {@code step} from the first slice to the last. */
  public static Carried scan(
      List<? extends Tensor> init, List<? extends Tensor> sequences, Step step) {
    return scan(init, sequences, false, step);
  }

  /** The carry after {@code count} steps; {@code init} after none. */
  public static List<Tensor> iterate(
      long count, List<? extends Tensor> init, UnaryOperator<List<Tensor>> step) {
    if (count < 0) {
      throw new SettingException("cannot iterate " + count + " times", "Use 0 or more.");
    }
    Step plain = (carry, none) -> new Carried(step.apply(carry), List.of());
    return loop("iterate", init, List.of(), count, false, plain).carry();
  }

  private static Carried loop(
      String what,
      List<? extends Tensor> init,
      List<? extends Tensor> sequences,
      long length,
      boolean reverse,
      Step step) {
    List<TensorType> parameters = new ArrayList<>();
    init.forEach(c -> parameters.add(c.type()));
    sequences.forEach(x -> parameters.add(x.type().as(x.shape().drop(1))));
    int carries = init.size();
    Trace trace =
        Trace.loop(
            parameters,
            all -> {
              Carried next = step.step(all.subList(0, carries), all.subList(carries, all.size()));
              requireSame(what, init, next);
              List<Tensor> results = new ArrayList<>(next.carry());
              results.addAll(next.outputs());
              return results;
            });
    Scan scan = new Scan(trace.body(trace.outside()), carries, sequences.size(), length, reverse);
    List<Value> inputs = new ArrayList<>();
    init.forEach(c -> inputs.add(c.value()));
    sequences.forEach(x -> inputs.add(x.value()));
    inputs.addAll(trace.outside());
    List<Tensor> outputs = emit(scan, inputs);
    return new Carried(outputs.subList(0, carries), outputs.subList(carries, outputs.size()));
  }

  private static List<Tensor> emit(Op op, List<Value> inputs) {
    return GraphEmit.INSTANCE.emit(op, inputs).stream().map(Tensor::of).toList();
  }

  private static void requireSame(String what, List<? extends Tensor> init, Carried next) {
    if (next.carry().isEmpty() && next.outputs().isEmpty()) {
      throw new SettingException(
          "the body of " + what + " gives nothing", "Return the next carry, or results.");
    }
    if (next.carry().size() != init.size()) {
      throw new SettingException(
          "the body of "
              + what
              + " takes "
              + init.size()
              + " carries and gives "
              + next.carry().size(),
          "Return every carry, changed or not, in order.");
    }
    for (int i = 0; i < init.size(); i++) {
      TensorType before = init.get(i).type();
      TensorType after = next.carry().get(i).type();
      String message =
          "carry "
              + i
              + " of "
              + what
              + " is "
              + before
              + " before a step and "
              + after
              + " after it";
      if (before.dtype() != after.dtype()) {
        throw new DTypeException(message, "Cast one of them: x.cast(" + before.dtype() + ").");
      }
      if (!before.equals(after)) {
        throw new ShapeException(
            message, "Begin with a carry of the shape that a step gives, or reshape it back.");
      }
    }
  }

  /**
   * What {@code then} computes where the predicate {@code bool[]} holds, else what {@code
   * otherwise} computes. Only the chosen one runs. Both read tensors from around them and give the
   * same types.
   */
  public static List<Tensor> cond(
      Tensor predicate, Supplier<List<Tensor>> then, Supplier<List<Tensor>> otherwise) {
    if (predicate.dtype() != DType.BOOL) {
      throw new DTypeException(
          "cond chooses by one bool, got " + predicate.type(), "Compare it with a number.");
    }
    if (predicate.shape().rank() != 0) {
      throw new ShapeException(
          "cond chooses by one bool, got " + predicate.type(),
          "Use where(…) to choose for each element, or reduce the condition to one.");
    }
    Trace first = Trace.of(List.of(), none -> then.get());
    Trace second = Trace.of(List.of(), none -> otherwise.get());
    Set<Value> outside = new LinkedHashSet<>(first.outside());
    outside.addAll(second.outside());
    List<Value> inputs = new ArrayList<>(outside);
    Cond cond = new Cond(first.body(inputs), second.body(inputs));
    requireSame(cond.then().resultTypes(), cond.otherwise().resultTypes());
    inputs.addFirst(predicate.value());
    return emit(cond, inputs);
  }

  private static void requireSame(List<TensorType> then, List<TensorType> otherwise) {
    if (then.isEmpty()) {
      throw new SettingException("the branches of cond give nothing", "Return a tensor.");
    }
    boolean dtypes =
        then.stream()
            .map(TensorType::dtype)
            .toList()
            .equals(otherwise.stream().map(TensorType::dtype).toList());
    String message = "the branches of cond give " + then + " and " + otherwise;
    if (!dtypes && then.size() == otherwise.size()) {
      throw new DTypeException(message, "Cast the results of one branch.");
    }
    if (!then.equals(otherwise)) {
      throw new ShapeException(message, "Make both give the same types.");
    }
  }
}

package kortex.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kortex.op.Body.Entry;
import kortex.op.Body.Ref;
import kortex.tensor.TensorType;

/** Reverse mode over the entries of a body. */
final class BodyVjp {
  private BodyVjp() {}

  /**
   * The gradients of the parameters, empty where none flows.
   *
   * @param values the outputs of each entry, as {@link Body#run} gives them
   * @param gradients the gradient of each result; empty for what has none
   */
  static <V> List<Optional<V>> reverse(
      Emit<V> e, Body body, List<List<V>> values, List<Optional<V>> gradients) {
    boolean[] depends = body.dependents(Collections.nCopies(body.parameters(), true));
    Map<Ref, V> known = new HashMap<>();
    for (int i = 0; i < gradients.size(); i++) {
      Ref result = body.results().get(i);
      gradients.get(i).ifPresent(g -> known.merge(result, g, e::add));
    }
    for (int i = body.entries().size() - 1; i >= body.parameters(); i--) {
      if (depends[i]) {
        propagate(e, body.entries().get(i), i, values, known);
      }
    }
    List<Optional<V>> out = new ArrayList<>();
    for (int i = 0; i < body.parameters(); i++) {
      out.add(Optional.ofNullable(known.get(new Ref(i, 0))));
    }
    return out;
  }

  private static <V> void propagate(
      Emit<V> e, Entry entry, int number, List<List<V>> values, Map<Ref, V> known) {
    List<V> upstream = new ArrayList<>();
    boolean reached = false;
    for (int o = 0; o < entry.types().size(); o++) {
      V g = known.remove(new Ref(number, o));
      reached |= g != null;
      upstream.add(g == null ? e.fill(entry.types().get(o), 0) : g);
    }
    if (!reached) {
      return;
    }
    List<V> inputs = entry.inputs().stream().map(r -> Body.at(values, r)).toList();
    List<Optional<V>> down = entry.op().vjp(e, new Op.Call<>(inputs, values.get(number), upstream));
    for (int i = 0; i < inputs.size(); i++) {
      Ref input = entry.inputs().get(i);
      down.get(i).ifPresent(g -> known.merge(input, g, e::add));
    }
  }

  /** A body that computes the gradients of another from its parameters. */
  record Traced(Body.Builder builder, Body of, List<Optional<Ref>> gradients) {
    /** Which parameters a gradient flows to. */
    List<Boolean> flows() {
      return gradients.stream().map(Optional::isPresent).toList();
    }

    /**
     * Parameters: those of the body, then the gradients of its float results. Results: the
     * gradients of the parameters of which {@code wanted} is true, zeros where none flows.
     */
    Body build(List<Boolean> wanted) {
      List<Ref> results = new ArrayList<>();
      for (int i = 0; i < gradients.size(); i++) {
        if (wanted.get(i)) {
          TensorType type = of.parameterTypes().get(i);
          results.add(gradients.get(i).orElseGet(() -> builder.fill(type, 0)));
        }
      }
      return builder.build(results);
    }
  }

  /** Writes a body and its reverse pass into one. */
  static Traced of(Body body) {
    Body.Builder builder = new Body.Builder();
    List<Ref> arguments = builder.parameters(body.parameterTypes());
    List<Optional<Ref>> gradients =
        body.resultTypes().stream().map(t -> floats(t).map(builder::parameter)).toList();
    List<List<Ref>> values = body.run(builder, arguments);
    return new Traced(builder, body, reverse(builder, body, values, gradients));
  }

  private static Optional<TensorType> floats(TensorType type) {
    return Optional.of(type).filter(t -> t.dtype().isFloat());
  }

  /** The gradients of an op's outputs that are floats. */
  static <V> List<V> floatGradients(List<TensorType> outputs, List<V> gradients) {
    return Body.where(gradients, outputs.stream().map(t -> t.dtype().isFloat()).toList());
  }

  /** Puts {@code values} where {@code flows} is true. */
  static <V> List<Optional<V>> spread(List<Boolean> flows, List<V> values) {
    List<Optional<V>> out = new ArrayList<>();
    int next = 0;
    for (boolean flow : flows) {
      out.add(flow ? Optional.of(values.get(next++)) : Optional.empty());
    }
    return out;
  }
}

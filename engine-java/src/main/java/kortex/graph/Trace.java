package kortex.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import kortex.op.Body;
import kortex.op.Index;
import kortex.op.Leaf;
import kortex.op.View;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * A function of tensors, run once on placeholders to see what it computes. What it reads from
 * outside becomes a further parameter.
 */
public final class Trace {
  private final List<Value> placeholders;
  private final List<Value> results;
  private final List<Node> order;
  private final Set<Node> inside = new HashSet<>();
  private final List<Value> outside;

  private Trace(List<Value> placeholders, List<Value> results, Predicate<Node> staysInside) {
    this.placeholders = placeholders;
    this.results = results;
    this.order = Order.of(results, n -> n.computed().isPresent());
    this.outside = List.copyOf(findOutside(staysInside));
  }

  /**
   * Traces a function of parameters of the given types; all that it computes is inside. What was
   * made before is outside, even constants: gradients may be asked for it.
   */
  public static Trace of(List<TensorType> parameters, UnaryOperator<List<Tensor>> function) {
    return run(parameters, function, node -> true);
  }

  /**
   * Traces the body of a loop: what it computes from outside alone is computed once, outside. Only
   * constants and views, which cost nothing, are made inside again.
   */
  public static Trace loop(List<TensorType> parameters, UnaryOperator<List<Tensor>> function) {
    return run(parameters, function, Trace::isFree);
  }

  private static Trace run(
      List<TensorType> parameters,
      UnaryOperator<List<Tensor>> function,
      Predicate<Node> staysInside) {
    long before = placeholder(new TensorType(DType.F32, Shape.SCALAR)).id();
    List<Value> placeholders = parameters.stream().map(t -> placeholder(t).out(0)).toList();
    List<Tensor> results = function.apply(placeholders.stream().map(Tensor::of).toList());
    return new Trace(
        placeholders,
        results.stream().map(Tensor::value).toList(),
        node -> node.id() > before && staysInside.test(node));
  }

  private static Node placeholder(TensorType type) {
    return Node.placeholder(
        type,
        "an argument of a traced function (scan, iterate, cond, checkpoint, customGradient), which"
            + " runs later and many times");
  }

  private Set<Value> findOutside(Predicate<Node> staysInside) {
    Set<Node> dependent = new HashSet<>();
    placeholders.forEach(p -> dependent.add(p.node()));
    for (Node node : order) {
      if (node.inputs().stream().anyMatch(v -> dependent.contains(v.node()))) {
        dependent.add(node);
      }
    }
    Set<Value> out = new LinkedHashSet<>();
    Set<Node> seen = new HashSet<>();
    List<Value> work = new ArrayList<>(results.reversed());
    while (!work.isEmpty()) {
      Value value = work.removeLast();
      Node node = value.node();
      boolean stored = node.storage().isPresent() || node.computed().isPresent();
      boolean stays = !stored && !node.isPlaceholder() && staysInside.test(node);
      if (!dependent.contains(node) && !stays) {
        out.add(value);
      } else if (seen.add(node)) {
        inside.add(node);
        work.addAll(node.inputs().reversed());
      }
    }
    return out;
  }

  private static boolean isFree(Node node) {
    return node.op() instanceof Leaf.Fill
        || node.op() instanceof Index.Iota
        || node.op() instanceof Index.Position
        || node.op() instanceof View;
  }

  /** The values it takes from outside. */
  public List<Value> outside() {
    return outside;
  }

  /** What it computes, of its parameters followed by {@code outer}, which holds all of outside. */
  public Body body(List<Value> outer) {
    Body.Builder builder = new Body.Builder();
    Map<Value, Body.Ref> known = new HashMap<>();
    for (Value placeholder : placeholders) {
      known.put(placeholder, builder.parameter(placeholder.type()));
    }
    for (Value value : outer) {
      known.put(value, builder.parameter(value.type()));
    }
    for (Node node : order) {
      if (inside.contains(node) && !known.containsKey(node.out(0))) {
        List<Body.Ref> outputs =
            builder.emit(node.op(), node.inputs().stream().map(known::get).toList());
        for (int i = 0; i < outputs.size(); i++) {
          known.put(node.out(i), outputs.get(i));
        }
      }
    }
    return builder.build(results.stream().map(known::get).toList());
  }
}

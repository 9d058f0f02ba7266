package kortex.autodiff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kortex.graph.Evaluator;
import kortex.graph.GraphEmit;
import kortex.graph.Node;
import kortex.graph.Order;
import kortex.graph.Origin;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.op.Op;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.ShapeException;

/** Reverse-mode differentiation. */
public final class Autodiff {
  private static final GraphEmit EMIT = GraphEmit.INSTANCE;

  private Autodiff() {}

  /** The gradient of the scalar {@code y} with respect to {@code x}: a tensor of the type of x. */
  public static Tensor grad(Tensor y, Tensor x) {
    return grad(y, List.of(x)).getFirst();
  }

  /**
   * The gradients of the scalar {@code y}, one for each of {@code xs} and of its type; zeros where
   * y does not depend on it.
   */
  public static List<Tensor> grad(Tensor y, List<? extends Tensor> xs) {
    return gradients(y, xs.stream().map(Tensor::value).toList()).stream().map(Tensor::of).toList();
  }

  /** As {@link #grad}, empty where {@code y} does not depend on a value at all. */
  public static List<Optional<Tensor>> gradIfAny(Tensor y, List<? extends Tensor> xs) {
    Map<Value, Value> all = reverse(y, xs.stream().map(Tensor::value).toList());
    return xs.stream().map(x -> Optional.ofNullable(all.get(x.value())).map(Tensor::of)).toList();
  }

  /**
   * Adds the gradients of the scalar {@code y} to {@code gradient()} of every variable behind it.
   * Throws when there is none.
   */
  public static void backward(Tensor y) {
    Map<Storage, Value> leaves = new LinkedHashMap<>();
    for (Node node : Order.of(List.of(y.value()), n -> false)) {
      node.storage()
          .filter(s -> s.trainable() && s.type().dtype().isFloat())
          .ifPresent(s -> leaves.put(s, node.out(0)));
    }
    if (leaves.isEmpty()) {
      throw new SettingException(
          "backward() found no variable behind this tensor", "Build it from variable(…).");
    }
    List<Value> gradients = gradients(y, List.copyOf(leaves.values()));
    List<Value> sums = new ArrayList<>();
    int i = 0;
    for (Storage storage : leaves.keySet()) {
      Value g = gradients.get(i++);
      sums.add(storage.gradient().map(old -> EMIT.add(Node.read(old).out(0), g)).orElse(g));
    }
    List<Storage> results = Evaluator.current().evaluate(sums);
    i = 0;
    for (Storage storage : leaves.keySet()) {
      storage.gradient(Optional.of(results.get(i++)));
    }
  }

  private static List<Value> gradients(Tensor y, List<Value> xs) {
    Map<Value, Value> all = reverse(y, xs);
    return xs.stream()
        .map(x -> Optional.ofNullable(all.get(x)).orElseGet(() -> EMIT.fillLike(x, 0)))
        .toList();
  }

  private static Map<Value, Value> reverse(Tensor y, List<Value> xs) {
    check(y, xs);
    List<Node> order = Order.of(List.of(y.value()), n -> false);
    Set<Node> needed = needed(order, xs);
    Map<Value, Value> gradients = new HashMap<>();
    Origin start = y.value().node().origin().asGradient();
    gradients.put(y.value(), start.call(() -> EMIT.fillLike(y.value(), 1)));
    Set<Value> wanted = new HashSet<>(xs);
    for (Node node : order.reversed()) {
      if (needed.contains(node)) {
        // What a rule makes belongs to the line of the node it differentiates.
        node.origin().asGradient().run(() -> propagate(node, needed, wanted, gradients));
      }
    }
    return gradients;
  }

  private static void check(Tensor y, List<Value> xs) {
    if (y.type().size() != 1 || y.shape().rank() != 0) {
      throw new ShapeException(
          "the gradient of " + y.type() + " is not defined: only a scalar has one",
          "Reduce it first: .sum() or .mean().");
    }
    for (Value x : xs) {
      if (!x.type().dtype().isFloat() || !y.dtype().isFloat()) {
        throw new DTypeException(
            "no gradient of " + y.type() + " with respect to " + x.type(),
            "Only float tensors have gradients.");
      }
    }
  }

  /** The nodes on a path from one of {@code xs}. */
  private static Set<Node> needed(List<Node> order, List<Value> xs) {
    Set<Node> out = new HashSet<>();
    xs.forEach(x -> out.add(x.node()));
    for (Node node : order) {
      if (node.inputs().stream().anyMatch(v -> out.contains(v.node()))) {
        out.add(node);
      }
    }
    return out;
  }

  private static void propagate(
      Node node, Set<Node> needed, Set<Value> wanted, Map<Value, Value> gradients) {
    List<Value> outputs = new ArrayList<>();
    List<Value> upstream = new ArrayList<>();
    boolean reached = false;
    for (int i = 0; i < node.types().size(); i++) {
      Value out = node.out(i);
      Value g = wanted.contains(out) ? gradients.get(out) : gradients.remove(out);
      reached |= g != null;
      outputs.add(out);
      upstream.add(g == null ? EMIT.fillLike(out, 0) : g);
    }
    if (!reached || node.inputs().isEmpty()) {
      return;
    }
    List<Optional<Value>> down =
        node.op().vjp(EMIT, new Op.Call<>(node.inputs(), outputs, upstream));
    for (int i = 0; i < node.inputs().size(); i++) {
      Value input = node.inputs().get(i);
      if (needed.contains(input.node())) {
        down.get(i).ifPresent(g -> gradients.merge(input, g, EMIT::add));
      }
    }
  }
}

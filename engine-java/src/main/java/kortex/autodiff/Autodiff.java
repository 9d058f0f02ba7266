package kortex.autodiff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kortex.graph.Evaluator;
import kortex.graph.GraphEmit;
import kortex.graph.Node;
import kortex.graph.Order;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.ShapeException;

/**
 * Gradients of tensors that are there already. {@link Transforms} differentiates functions, which
 * cannot confuse an argument with a value captured from outside.
 */
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
    List<Value> values = xs.stream().map(Tensor::value).toList();
    requireScalar(y);
    requireFloats(y, values);
    History.settle(values);
    requireCurrent(y, values);
    return Reverse.flow(List.of(y.value()), List.of(one(y.value())), values).stream()
        .map(g -> g.map(Tensor::of))
        .toList();
  }

  /**
   * Adds the gradients of the scalar {@code y} to {@code gradient()} of every variable behind it.
   * Throws when there is none.
   */
  public static void backward(Tensor y) {
    // A variable that got another value in between is behind the result by a leaf for each.
    Map<Storage, List<Value>> leaves = new LinkedHashMap<>();
    for (Node node : Order.of(List.of(y.value()), Node::isForgotten)) {
      node.storage()
          .filter(s -> s.trainable() && s.type().dtype().isFloat())
          .ifPresent(s -> leaves.computeIfAbsent(s, k -> new ArrayList<>()).add(node.out(0)));
    }
    if (leaves.isEmpty()) {
      throw new SettingException(
          "backward() found no variable behind this tensor", "Build it from variable(…).");
    }
    List<Value> all = leaves.values().stream().flatMap(List::stream).toList();
    Iterator<Value> gradients = gradients(y, all).iterator();
    List<Value> sums = new ArrayList<>();
    for (Map.Entry<Storage, List<Value>> entry : leaves.entrySet()) {
      Storage storage = entry.getKey();
      Value g = gradients.next();
      for (int i = 1; i < entry.getValue().size(); i++) {
        g = EMIT.add(g, gradients.next());
      }
      Value sum = g;
      sums.add(storage.gradient().map(old -> EMIT.add(Node.read(old).out(0), sum)).orElse(sum));
    }
    List<Storage> results = Evaluator.current().evaluate(sums);
    int i = 0;
    for (Storage storage : leaves.keySet()) {
      storage.gradient(Optional.of(results.get(i++)));
    }
  }

  /** The gradient of the scalar {@code y} with respect to each value; zeros where none flows. */
  static List<Value> gradients(Tensor y, List<Value> xs) {
    requireScalar(y);
    requireFloats(y, xs);
    History.settle(xs);
    requireCurrent(y, xs);
    return Reverse.gradients(List.of(y.value()), List.of(one(y.value())), xs);
  }

  /**
   * Throws when {@code y} was made from a variable among {@code xs} only as it was before it got
   * another value: its gradient would be zero, as if y had nothing to do with it.
   */
  private static void requireCurrent(Tensor y, List<Value> xs) {
    Map<Storage, Node> leaves = new HashMap<>();
    for (Value x : xs) {
      x.node().storage().filter(s -> s.version() > 0).ifPresent(s -> leaves.put(s, x.node()));
    }
    if (leaves.isEmpty()) {
      return;
    }
    Set<Node> old = new LinkedHashSet<>();
    Set<Node> reached = new HashSet<>();
    for (Node node : Order.of(List.of(y.value()), Node::isForgotten)) {
      Node leaf = node.storage().map(leaves::get).orElse(null);
      if (leaf == node) {
        reached.add(node);
      } else if (leaf != null && node.isReplaced()) {
        old.add(leaf);
      }
    }
    old.removeAll(reached);
    for (Node leaf : old) {
      throw new SettingException(
          "the result was made from "
              + describe(leaf)
              + " before that got another value, so it does not depend on the new one",
          "Compute the result again after each update: inside the loop, or differentiate a"
              + " function of the variable, grad(f)(w).");
    }
  }

  private static String describe(Node leaf) {
    String name = leaf.storage().map(Storage::name).orElse("");
    String type = leaf.types().getFirst().toString();
    return name.isEmpty() ? "a variable of type " + type : "variable " + name + " of type " + type;
  }

  private static Value one(Value y) {
    return y.node().origin().asGradient().call(() -> EMIT.fillLike(y, 1));
  }

  /** Throws unless {@code y} is a scalar. */
  static void requireScalar(Tensor y) {
    if (y.shape().rank() != 0) {
      throw new ShapeException(
          "only a scalar has a gradient, got " + y.type(),
          y.type().size() == 1
              ? "Drop its axes first: .sum()."
              : "Reduce it first: .sum() or .mean(); or take its jacobian.");
    }
  }

  /** Throws unless derivatives of {@code y} with respect to all of {@code xs} can exist. */
  static void requireFloats(Tensor y, List<Value> xs) {
    if (!y.dtype().isFloat()) {
      throw new DTypeException(
          "only float tensors have gradients, the result is " + y.type(),
          "Leave out the conversion or comparison that made it " + y.dtype() + ".");
    }
    for (int i = 0; i < xs.size(); i++) {
      if (!xs.get(i).type().dtype().isFloat()) {
        throw new DTypeException(
            "no gradient with respect to argument " + i + ", which is " + xs.get(i).type(),
            "Differentiate with respect to float tensors only.");
      }
    }
  }
}

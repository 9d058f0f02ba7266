package kortex.autodiff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kortex.graph.GraphEmit;
import kortex.graph.Node;
import kortex.graph.Order;
import kortex.graph.Value;
import kortex.op.Op;

/**
 * Reverse accumulation: from the gradients of results to those of what they are made from. A node
 * older than all of those cannot depend on them, so the search ends there and costs what lies
 * between, however long the history behind them is.
 */
final class Reverse {
  private static final GraphEmit EMIT = GraphEmit.INSTANCE;

  private final Set<Node> needed = new HashSet<>();
  private final Set<Value> wanted;
  private final Map<Value, Value> gradients = new HashMap<>();

  private Reverse(List<Value> xs) {
    wanted = new HashSet<>(xs);
    xs.forEach(x -> needed.add(x.node()));
  }

  /**
   * The gradient that flows to each of {@code xs}, empty where none does.
   *
   * @param ys results
   * @param seeds the gradient of each result, of its type
   */
  static List<Optional<Value>> flow(List<Value> ys, List<Value> seeds, List<Value> xs) {
    Map<Value, Value> all = new Reverse(xs).run(ys, seeds, xs);
    return xs.stream().map(x -> Optional.ofNullable(all.get(x))).toList();
  }

  /** As {@link #flow}, with zeros where no gradient flows. */
  static List<Value> gradients(List<Value> ys, List<Value> seeds, List<Value> xs) {
    List<Optional<Value>> flow = flow(ys, seeds, xs);
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < xs.size(); i++) {
      Value x = xs.get(i);
      out.add(flow.get(i).orElseGet(() -> EMIT.fillLike(x, 0)));
    }
    return out;
  }

  private Map<Value, Value> run(List<Value> ys, List<Value> seeds, List<Value> xs) {
    long oldest = xs.stream().mapToLong(x -> x.node().id()).min().orElse(Long.MAX_VALUE);
    List<Node> order = Order.of(ys, n -> n.id() <= oldest);
    for (Node node : order) {
      if (node.inputs().stream().anyMatch(v -> needed.contains(v.node()))) {
        needed.add(node);
      }
    }
    for (int i = 0; i < ys.size(); i++) {
      gradients.merge(ys.get(i), seeds.get(i), EMIT::add);
    }
    for (Node node : order.reversed()) {
      if (needed.contains(node)) {
        // What a rule makes belongs to the line of the node it differentiates.
        node.origin().asGradient().run(() -> propagate(node));
      }
    }
    return gradients;
  }

  private void propagate(Node node) {
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
    if (!reached || node.inputs().stream().noneMatch(v -> needed.contains(v.node()))) {
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

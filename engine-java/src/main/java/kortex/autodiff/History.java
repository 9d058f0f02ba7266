package kortex.autodiff;

import java.util.List;
import java.util.function.Function;
import kortex.graph.Evaluator;
import kortex.graph.Node;
import kortex.graph.Value;

/**
 * What lies behind the point where something is differentiated. In a loop such as {@code w = w -
 * rate * grad(f)(w)} it grows by a round each time, so it is computed when it is long.
 */
final class History {
  /** About the length of a small function and its gradient. */
  private static final int LONG = 16;

  /** Bound while a function is differentiated, whose own gradients need all of the history. */
  private static final ScopedValue<Boolean> NEEDED = ScopedValue.newInstance();

  private History() {}

  /** Applies a function that is being differentiated. */
  static <T, R> R keep(Function<T, R> f, T x) {
    return ScopedValue.where(NEEDED, true).call(() -> f.apply(x));
  }

  /**
   * Computes the values if much is pending behind one of them and all of that is made of constants:
   * then it makes no difference when it happens, not even to what is compiled later.
   *
   * @return the nodes that were computed
   */
  static List<Node> settle(List<Value> values) {
    if (NEEDED.isBound()) {
      return List.of();
    }
    List<Node> pending =
        values.stream().map(Value::node).filter(n -> n.pending() > 0).distinct().toList();
    if (pending.stream().noneMatch(n -> n.pending() > LONG)) {
      return List.of();
    }
    Evaluator.current().evaluate(pending.stream().flatMap(n -> n.outputs().stream()).toList());
    return pending;
  }
}

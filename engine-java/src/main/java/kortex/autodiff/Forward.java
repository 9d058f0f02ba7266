package kortex.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.graph.GraphEmit;
import kortex.graph.Value;

/**
 * Forward-mode derivatives, as the gradient of a gradient (Townsend, "A new trick for calculating
 * Jacobian vector products", 2017). The gradient of the arguments is linear in that of the results;
 * differentiated once more, with respect to the latter, it gives J·v. Its value does not matter and
 * is a constant that no result reads, so only the J·v of it is computed.
 */
final class Forward {
  private static final GraphEmit EMIT = GraphEmit.INSTANCE;

  private Forward() {}

  /** The derivative of each of {@code ys} along {@code tangents}, one for each of {@code xs}. */
  static List<Value> push(List<Value> ys, List<Value> xs, List<Value> tangents) {
    return push(ys, ys.stream().map(y -> EMIT.fillLike(y, 0)).toList(), xs, tangents);
  }

  /** The same, with given values for the gradients of the results. */
  static List<Value> push(
      List<Value> ys, List<Value> dummies, List<Value> xs, List<Value> tangents) {
    List<Optional<Value>> pulled = Reverse.flow(ys, dummies, xs);
    List<Value> reached = new ArrayList<>();
    List<Value> along = new ArrayList<>();
    for (int i = 0; i < xs.size(); i++) {
      if (pulled.get(i).isPresent()) {
        reached.add(pulled.get(i).get());
        along.add(tangents.get(i));
      }
    }
    return Reverse.gradients(reached, along, dummies);
  }
}

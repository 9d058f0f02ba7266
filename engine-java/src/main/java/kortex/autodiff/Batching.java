package kortex.autodiff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kortex.graph.GraphEmit;
import kortex.graph.Node;
import kortex.graph.Order;
import kortex.graph.Value;
import kortex.op.Op;
import kortex.tensor.Axis;
import kortex.tensor.Shape;

/**
 * Writes a computation anew for all members of a batch at once, op by op with {@link Op#batch}.
 * What does not depend on a member is not written again.
 */
final class Batching {
  private static final GraphEmit EMIT = GraphEmit.INSTANCE;

  private Batching() {}

  /**
   * {@code outputs} for every member, along a first axis more.
   *
   * @param members what takes the place of each placeholder: its value for every member, along a
   *     first axis more
   * @param size the number of members
   */
  static List<Value> run(List<Value> outputs, Map<Value, Value> members, long size) {
    Map<Value, Value> known = new HashMap<>(members);
    long oldest = members.keySet().stream().mapToLong(v -> v.node().id()).min().orElseThrow();
    for (Node node : Order.of(outputs, n -> n.id() < oldest)) {
      List<Boolean> batched = node.inputs().stream().map(known::containsKey).toList();
      if (batched.contains(true)) {
        List<Value> inputs = node.inputs().stream().map(v -> known.getOrDefault(v, v)).toList();
        Op.Batch<Value> batch = new Op.Batch<>(inputs, batched, size);
        List<Value> results = node.origin().call(() -> node.op().batch(EMIT, batch));
        for (int i = 0; i < results.size(); i++) {
          known.put(node.out(i), results.get(i));
        }
      }
    }
    List<Value> out = new ArrayList<>();
    for (Value output : outputs) {
      Value every = known.get(output);
      out.add(every == null ? repeat(output, size) : every);
    }
    return out;
  }

  private static Value repeat(Value x, long size) {
    Shape shape = x.type().shape();
    return EMIT.broadcast(x, shape.prepend(size), Axis.range(1, shape.rank() + 1));
  }
}

package kortex.graph;

import java.util.ArrayList;
import java.util.List;
import kortex.op.Emit;
import kortex.op.Op;
import kortex.tensor.TensorType;

/** Writes ops as nodes: how composites and gradient rules become graph. */
public final class GraphEmit implements Emit<Value> {
  /** The only instance; it keeps nothing. */
  public static final GraphEmit INSTANCE = new GraphEmit();

  private GraphEmit() {}

  @Override
  public TensorType type(Value value) {
    return value.type();
  }

  @Override
  public List<Value> emit(Op op, List<Value> inputs) {
    Node node = Node.apply(op, inputs);
    if (node.types().size() == 1) {
      return List.of(node.out(0));
    }
    List<Value> outputs = new ArrayList<>();
    for (int i = 0; i < node.types().size(); i++) {
      outputs.add(node.out(i));
    }
    return outputs;
  }
}

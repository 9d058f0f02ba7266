package kortex.graph;

import kortex.tensor.TensorType;

/** An edge of the graph: one output of a node. */
public record Value(Node node, int output) {
  /** The type of the value. */
  public TensorType type() {
    return node.types().get(output);
  }
}

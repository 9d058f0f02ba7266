package kortex.model;

import java.util.List;
import java.util.Objects;
import kortex.graph.Origin;

/**
 * One layer in its place.
 *
 * @param path its name in checkpoints, tables and errors, such as {@code residual1/conv2}
 * @param layer what it computes
 * @param inputs numbers of the nodes it reads, in order; {@link #NETWORK_INPUT} is the input
 * @param site where it was declared; not part of equality
 */
public record LayerNode(String path, Layer layer, List<Integer> inputs, Site site) {
  /** The number that stands for the input of the network. */
  public static final int NETWORK_INPUT = -1;

  public LayerNode {
    inputs = List.copyOf(inputs);
  }

  /** The line to show for what the layer computes. */
  Origin origin() {
    return Origin.of(site.known() ? site.toString() : path);
  }

  // Two networks that compute the same are equal wherever they were written down.
  @Override
  public boolean equals(Object other) {
    return other instanceof LayerNode that
        && path.equals(that.path)
        && layer.equals(that.layer)
        && inputs.equals(that.inputs);
  }

  @Override
  public int hashCode() {
    return Objects.hash(path, layer, inputs);
  }
}

package kortex.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * A network as a value: layers in an order in which every layer follows those it reads. A spec that
 * exists fits together; {@code toString} reads like the script.
 *
 * @param input what the network takes
 * @param nodes the layers
 * @param output number of the node whose value is the network's; {@link LayerNode#NETWORK_INPUT}
 *     for an empty network
 */
public record NetworkSpec(Input input, List<LayerNode> nodes, int output) {
  /** Throws one {@link ShapeException} that lists everything that does not fit together. */
  public NetworkSpec {
    nodes = List.copyOf(nodes);
    ShapeTrace trace = new ShapeTrace(input);
    nodes.forEach(trace::add);
    trace.check();
    if (output < LayerNode.NETWORK_INPUT || output >= nodes.size()) {
      throw new ShapeException(
          "the output is layer " + output + " of " + nodes.size(), "Name an existing layer.");
    }
  }

  /** A builder for a network of the given input. */
  public static Builder builder(Input input) {
    return new Builder(input);
  }

  /** The shape of each node's output for one example, in the order of the nodes. */
  public List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (LayerNode node : nodes) {
      shapes.add(node.layer().output(inputShapes(node, shapes)));
    }
    return List.copyOf(shapes);
  }

  /** The shapes a node reads, given those of the nodes before it. */
  List<Shape> inputShapes(LayerNode node, List<Shape> shapes) {
    return node.inputs().stream()
        .map(i -> i == LayerNode.NETWORK_INPUT ? input.shape() : shapes.get(i))
        .toList();
  }

  /** The shape of the network's output for one example. */
  public Shape outputShape() {
    return output == LayerNode.NETWORK_INPUT ? input.shape() : shapes().get(output);
  }

  /** The network as a script declares it. */
  @Override
  public String toString() {
    return new SpecPrinter(this).print();
  }

  /** Gathers layers and gives them their names. Not for use by several threads. */
  public static final class Builder {
    private final Input input;
    private final ShapeTrace trace;
    private final List<LayerNode> nodes = new ArrayList<>();
    private final Map<String, Integer> counters = new HashMap<>();
    private String scope = "";

    private Builder(Input input) {
      this.input = input;
      this.trace = new ShapeTrace(input);
    }

    /**
     * Adds a layer and returns its number. Without a name it is called by its kind and a counter
     * within the scope: {@code conv2}. What does not fit is reported by {@link #build}.
     */
    public int add(Layer layer, List<Integer> inputs, Site site, Optional<String> name) {
      String path = scope + name.orElseGet(() -> number(layer.kind()));
      LayerNode node = new LayerNode(path, layer, inputs, site);
      trace.add(node);
      nodes.add(node);
      return nodes.size() - 1;
    }

    /** Adds a layer under its default name. */
    public int add(Layer layer, List<Integer> inputs, Site site) {
      return add(layer, inputs, site, Optional.empty());
    }

    private String number(String kind) {
      return kind + counters.merge(scope + kind, 1, Integer::sum);
    }

    /**
     * Runs {@code body} with all names inside a scope: a numbered one such as {@code residual1/}.
     */
    public <T> T scope(String kind, Supplier<T> body) {
      return named(number(kind), body);
    }

    /** Runs {@code body} with all names inside the scope {@code name/}. */
    public <T> T named(String name, Supplier<T> body) {
      String outer = scope;
      scope = outer + name + "/";
      try {
        return body.get();
      } finally {
        scope = outer;
      }
    }

    /**
     * The shape of a node's output for one example, unless an error before it leaves it open.
     * Throws {@link ShapeException} when there is no such node.
     */
    public Optional<Shape> shape(int node) {
      return trace.shape(node);
    }

    /** The network. Throws one {@link ShapeException} that lists everything that does not fit. */
    public NetworkSpec build(int output) {
      return new NetworkSpec(input, nodes, output);
    }
  }
}

package kortex.graph;

import java.util.List;
import kortex.graph.Graph.Ref;

/**
 * Which entries of a graph run together. Entries in no group are read in place: leaves, views of a
 * computed value, and values cheap enough to compute where they are used.
 *
 * @param graph the graph, its leaves first
 * @param groups in an order in which inputs precede their use
 */
public record Grouping(Graph graph, List<Group> groups) {
  public Grouping {
    groups = List.copyOf(groups);
  }

  /** One step of the plan to be. */
  public sealed interface Group {
    /** The values that other groups or the user read. */
    List<Ref> outputs();
  }

  /**
   * Entries that become one kernel: a root, its extra outputs of the same shape, and everything
   * between them and the values they read.
   */
  public record Fused(List<Ref> outputs) implements Group {
    public Fused {
      outputs = List.copyOf(outputs);
    }

    /** The entry that gives the iteration space. */
    public Ref root() {
      return outputs.getFirst();
    }
  }

  /** One entry that runs other computations: a loop or a branch. */
  public record Nested(int entry, List<Ref> outputs, List<Grouping> bodies) implements Group {
    public Nested {
      outputs = List.copyOf(outputs);
      bodies = List.copyOf(bodies);
    }
  }

  /** One entry that the backend runs as a whole. */
  public record Whole(int entry, List<Ref> outputs) implements Group {
    public Whole {
      outputs = List.copyOf(outputs);
    }
  }
}

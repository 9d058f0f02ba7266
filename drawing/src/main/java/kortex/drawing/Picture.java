package kortex.drawing;

import java.util.List;

/**
 * What there is to draw, before anyone says where.
 *
 * @param nodes inputs before what reads them
 * @param edges from producer to consumer
 * @param groups the nodes that run together, by number of the node; empty when that is not shown
 */
public record Picture(List<Node> nodes, List<Edge> edges, List<Group> groups) {
  public Picture {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
    groups = List.copyOf(groups);
  }

  /** What a node is. */
  public enum Kind {
    /** Something that is computed. */
    OP,
    /** One number repeated. */
    CONSTANT,
    /** Stored data. */
    DATA,
    /** Stored data that have a gradient. */
    VARIABLE,
    /** A result of the computation. */
    RESULT
  }

  /**
   * One node.
   *
   * @param title the op, or the name of what is stored
   * @param detail the op's settings, or a type; may be empty
   * @param line the user's line that made it; may be empty
   * @param backward whether a gradient rule made it
   */
  public record Node(Kind kind, String title, String detail, String line, boolean backward) {}

  /** The use of a value of type {@code label} by another node. */
  public record Edge(int from, int to, String label) {}

  /** Nodes that run together. */
  public record Group(String title, List<Integer> members) {
    public Group {
      members = List.copyOf(members);
    }
  }
}

package kortex.graph;

import java.util.List;
import java.util.Optional;
import kortex.graph.Graph.Ref;
import kortex.op.Epilogue;
import kortex.tensor.Shape;

/**
 * Which entries of a graph run together. Entries in no group are read in place: leaves, views of a
 * computed value, and values cheap enough to compute where they are used.
 *
 * @param graph the graph, its leaves first
 * @param groups in an order in which inputs precede their use
 * @param apart which of them could not be joined
 */
public record Grouping(Graph graph, List<Group> groups, List<Apart> apart) {
  public Grouping {
    groups = List.copyOf(groups);
    apart = List.copyOf(apart);
  }

  /** A grouping of which there is nothing to say. */
  public Grouping(Graph graph, List<Group> groups) {
    this(graph, groups, List.of());
  }

  /**
   * Two groups, by their first outputs, that one might expect to be one: the second goes over what
   * the first has reduced.
   */
  public record Apart(Ref first, Ref second, String why) {}

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

  /**
   * Fused groups over one iteration space that share what they read: maps over the space,
   * reductions of it over the same axes, and maps over what these leave. Where it goes by rows,
   * there may be reductions across them as well, over all other axes.
   *
   * @param space the iteration space
   * @param axes the axes of it that are reduced
   */
  public record Joined(List<Ref> outputs, Shape space, List<Integer> axes) implements Group {
    /** Few rows keep few threads busy. */
    private static final long FEW_ROWS = 16;

    private static final long MANY_ELEMENTS = 1 << 15;

    /** The elements of a row that a core's cache holds while loops go over them again. */
    private static final long LONGEST_ROW = 1 << 16;

    public Joined {
      outputs = List.copyOf(outputs);
      axes = List.copyOf(axes);
    }

    /**
     * Whether groups of such a space and axes may go through it row by row, a row being what one
     * result is reduced from: then a group may read what another has reduced.
     */
    public static boolean byRows(Shape space, List<Integer> axes) {
      return whyNotByRows(space, axes).isEmpty();
    }

    /** Why not; empty if they may. */
    public static Optional<String> whyNotByRows(Shape space, List<Integer> axes) {
      long row = axes.stream().mapToLong(space::extent).reduce(1, (a, b) -> a * b);
      int innermost = space.rank() - 1;
      while (innermost > 0 && space.extent(innermost) == 1) {
        innermost--;
      }
      if (row <= 1 || !axes.contains(innermost)) {
        return Optional.of("the innermost axis is not reduced");
      }
      if (row > LONGEST_ROW) {
        return Optional.of("a row of " + row + " elements does not stay in the cache");
      }
      long rows = space.size() / row;
      return rows < FEW_ROWS && space.size() >= MANY_ELEMENTS
          ? Optional.of(rows + (rows == 1 ? " row keeps" : " rows keep") + " too few threads busy")
          : Optional.empty();
    }

    /** Whether this group goes row by row. */
    public boolean byRows() {
      return byRows(space, axes);
    }
  }

  /** One entry that runs other computations: a loop or a branch. */
  public record Nested(int entry, List<Ref> outputs, List<Grouping> bodies) implements Group {
    public Nested {
      outputs = List.copyOf(outputs);
      bodies = List.copyOf(bodies);
    }
  }

  /**
   * One entry that the backend runs as a whole, and what happens to its result before it is stored.
   *
   * @param inputs what the entry reads, then what the epilogue reads
   * @param outputs the outputs of the entry, or of the last one that the epilogue stands for
   */
  public record Whole(int entry, List<Ref> inputs, Epilogue epilogue, List<Ref> outputs)
      implements Group {
    public Whole {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }
}

package kortex.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kortex.graph.Graph.Ref;
import kortex.op.Leaf;

/** The entries that the groups of a grouping compute. One computed in several places is in each. */
public final class Members {
  private final Graph graph;
  private final Set<Ref> stored = new HashSet<>();

  /** The members of the groups of {@code grouping}. */
  public Members(Grouping grouping) {
    this.graph = grouping.graph();
    grouping.groups().forEach(g -> stored.addAll(g.outputs()));
  }

  /** Whether a group may compute what one of its entries reads. */
  private static boolean goesOn(Grouping.Group group, int entry) {
    return switch (group) {
      case Grouping.Fused fused -> true;
      case Grouping.Joined joined -> true;
      case Grouping.Whole whole -> entry != whole.entry();
      case Grouping.Nested nested -> false;
    };
  }

  /** The entries that a group computes, in the order of the graph. */
  public List<Integer> of(Grouping.Group group) {
    Set<Integer> out = new TreeSet<>();
    List<Integer> work = new ArrayList<>();
    group.outputs().forEach(r -> work.add(r.entry()));
    while (!work.isEmpty()) {
      int entry = work.removeLast();
      if (out.add(entry) && goesOn(group, entry)) {
        for (Ref input : graph.entries().get(entry).inputs()) {
          if (!stored.contains(input) && !(graph.entry(input).op() instanceof Leaf.Read)) {
            work.add(input.entry());
          }
        }
      }
    }
    return List.copyOf(out);
  }
}

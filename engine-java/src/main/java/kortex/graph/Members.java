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

  /** The entries that a group computes, in the order of the graph. */
  public List<Integer> of(Grouping.Group group) {
    Set<Integer> out = new TreeSet<>();
    List<Integer> work = new ArrayList<>();
    group.outputs().forEach(r -> work.add(r.entry()));
    while (!work.isEmpty()) {
      int entry = work.removeLast();
      if (out.add(entry) && isFused(group)) {
        for (Ref input : graph.entries().get(entry).inputs()) {
          if (!stored.contains(input) && !(graph.entry(input).op() instanceof Leaf.Read)) {
            work.add(input.entry());
          }
        }
      }
    }
    return List.copyOf(out);
  }

  private static boolean isFused(Grouping.Group group) {
    return group instanceof Grouping.Fused || group instanceof Grouping.Joined;
  }
}

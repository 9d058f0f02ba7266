package kortex.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;

/** Which groups run before others. */
final class GroupOrder {
  /** A longer search costs more than what it finds is worth. */
  private static final int MOST_SEARCHED = 200;

  private final Graph graph;
  private final Homes homes;

  GroupOrder(Graph graph, Homes homes) {
    this.graph = graph;
    this.homes = homes;
  }

  /**
   * Whether a group may only be able to run after one of some entries, or a group that computes
   * one. Entries before {@code from} are in no group yet, so the search ends there.
   */
  boolean mayWaitFor(int from, int group, Set<Integer> entries) {
    Set<Integer> late = new HashSet<>(entries);
    entries.forEach(e -> late.addAll(homes.roots(e)));
    if (late.contains(group)) {
      // Another member reads the entry at another position, through a buffer that is being written.
      return true;
    }
    Set<Integer> seen = new HashSet<>();
    List<Integer> work = new ArrayList<>();
    homes.outputs(group).forEach(r -> work.add(r.entry()));
    while (!work.isEmpty()) {
      for (Ref input : graph.entries().get(work.removeLast()).inputs()) {
        int e = input.entry();
        if (e <= from || !seen.add(e)) {
          continue;
        }
        Set<Integer> roots = homes.roots(e);
        boolean elsewhere = !roots.equals(Set.of(group));
        if (late.contains(e)
            || (elsewhere && !Collections.disjoint(roots, late))
            || seen.size() > MOST_SEARCHED) {
          return true;
        }
        work.add(e);
        if (homes.isStored(e) && elsewhere) {
          roots.forEach(root -> homes.outputs(root).forEach(r -> work.add(r.entry())));
        }
      }
    }
    return false;
  }

  /** Visits the roots of all groups, each after those that its group reads. */
  void visit(IntConsumer visitor) {
    Set<Integer> done = new HashSet<>();
    for (int root : homes.roots()) {
      visit(root, done, visitor);
    }
  }

  /** Depth is bounded by an explicit stack. */
  private void visit(int root, Set<Integer> done, IntConsumer visitor) {
    List<Integer> stack = new ArrayList<>(List.of(root));
    while (!stack.isEmpty()) {
      int current = stack.getLast();
      List<Integer> missing = new ArrayList<>();
      if (!done.contains(current)) {
        for (int needed : reads(current)) {
          if (!done.contains(needed)) {
            missing.add(needed);
          }
        }
      }
      if (missing.isEmpty()) {
        stack.removeLast();
        if (done.add(current)) {
          visitor.accept(current);
        }
      } else {
        Collections.reverse(missing);
        stack.addAll(missing);
      }
    }
  }

  /** The roots of the groups that a group reads. */
  private Set<Integer> reads(int root) {
    Set<Integer> out = new HashSet<>();
    Set<Integer> seen = new HashSet<>();
    List<Integer> work = new ArrayList<>();
    homes.outputs(root).forEach(r -> work.add(r.entry()));
    while (!work.isEmpty()) {
      for (Ref input : graph.entries().get(work.removeLast()).inputs()) {
        int e = input.entry();
        if (!seen.add(e)) {
          continue;
        }
        Set<Integer> makers = homes.roots(e);
        if (homes.isStored(e) && !makers.isEmpty() && !makers.contains(root)) {
          out.addAll(makers);
        } else {
          work.add(e);
        }
      }
    }
    return out;
  }
}

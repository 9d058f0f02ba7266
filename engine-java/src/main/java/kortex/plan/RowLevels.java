package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.FormulaCost;
import kortex.op.Leaf;
import kortex.op.Reduce;
import kortex.tensor.Shape;

/**
 * In which loop over a row each value of a joined group is computed: a value waits for as many
 * loops as reductions lie behind one another on the way to it. A value of several loops is computed
 * again in each, or kept from the first one on where that costs less.
 */
final class RowLevels {
  /** Scalar operations that cost as much as storing and loading a value in the cache. */
  private static final int KEEP_ABOVE = 8;

  /** What all kept rows may occupy: together with what is read, less than a core's cache. */
  private static final long MOST_KEPT_BYTES = 64 << 10;

  private final Graph graph;
  private final Access access;
  private final Shape space;
  private final List<Integer> axes;
  private final long row;
  private final Map<Integer, Integer> depth = new HashMap<>();
  private final List<Level> levels = new ArrayList<>();

  /**
   * One loop over a row.
   *
   * @param reductions what it reduces to one result for a row
   * @param across what it reduces across rows
   * @param outputs what it stores, of the shape of the space
   * @param kept what it keeps for later loops
   */
  record Level(List<Ref> reductions, List<Ref> across, List<Ref> outputs, List<Ref> kept) {
    Level() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  private RowLevels(Graph graph, Access access, Shape space, List<Integer> axes) {
    this.graph = graph;
    this.access = access;
    this.space = space;
    this.axes = axes;
    this.row = axes.stream().mapToLong(space::extent).reduce(1, (a, b) -> a * b);
  }

  /** The loops that the outputs of a group need, in order. */
  static List<Level> of(
      Graph graph, Access access, Shape space, List<Integer> axes, List<Ref> outputs) {
    RowLevels levels = new RowLevels(graph, access, space, axes);
    levels.assign(outputs);
    levels.keep();
    return levels.levels;
  }

  private void assign(List<Ref> outputs) {
    Set<Integer> members = members(outputs);
    for (int e : members) {
      Entry entry = graph.entries().get(e);
      int most = 0;
      for (Ref input : entry.inputs()) {
        most = Math.max(most, depth.getOrDefault(input.entry(), 0));
      }
      depth.put(e, entry.op() instanceof Reduce ? most + 1 : most);
      if (entry.op() instanceof Reduce reduce) {
        Level level = level(most);
        (reduce.axes().equals(axes) ? level.reductions() : level.across()).add(new Ref(e, 0));
      }
    }
    for (Ref output : outputs) {
      if (isOfSpace(output)) {
        level(depth.getOrDefault(output.entry(), 0)).outputs().add(output);
      }
    }
  }

  private Level level(int number) {
    while (levels.size() <= number) {
      levels.add(new Level());
    }
    return levels.get(number);
  }

  private boolean isOfSpace(Ref ref) {
    return graph.type(ref).shape().equals(space);
  }

  /** The entries that the group computes, in the order of the graph. */
  private Set<Integer> members(List<Ref> outputs) {
    Set<Integer> out = new TreeSet<>();
    List<Ref> work = new ArrayList<>(outputs);
    while (!work.isEmpty()) {
      Ref next = work.removeLast();
      if (!access.inMemory(next) && out.add(next.entry())) {
        work.addAll(graph.entry(next).inputs());
      }
    }
    return out;
  }

  /** Chooses what is kept from the first loop that computes it for the others. */
  private void keep() {
    long bytes = 0;
    Map<Integer, Integer> first = new HashMap<>();
    Set<Integer> held = new HashSet<>();
    for (int number = 0; number < levels.size(); number++) {
      Set<Ref> demanded = demanded(number);
      Set<Integer> here = computed(demanded, held);
      for (Ref ref : frontier(demanded, here, first.keySet())) {
        long more = row * graph.type(ref).dtype().bytes();
        if (cost(ref, held) >= KEEP_ABOVE && bytes + more <= MOST_KEPT_BYTES) {
          bytes += more;
          held.add(ref.entry());
          levels.get(java.util.Objects.requireNonNull(first.get(ref.entry()))).kept().add(ref);
        }
      }
      for (int e : computed(demanded, held)) {
        first.putIfAbsent(e, number);
      }
      levels.get(number).outputs().forEach(o -> held.add(o.entry()));
    }
  }

  private Set<Ref> demanded(int number) {
    Set<Ref> out = new LinkedHashSet<>(levels.get(number).outputs());
    Level level = levels.get(number);
    level.reductions().forEach(r -> out.add(graph.entry(r).inputs().getFirst()));
    level.across().forEach(r -> out.add(graph.entry(r).inputs().getFirst()));
    return out;
  }

  /** The entries of the shape of the space that some values are made of, less what is held. */
  private Set<Integer> computed(Set<Ref> demanded, Set<Integer> held) {
    Set<Integer> out = new TreeSet<>();
    List<Ref> work = new ArrayList<>(demanded);
    while (!work.isEmpty()) {
      Ref next = work.removeLast();
      if (isPointwise(next) && !held.contains(next.entry()) && out.add(next.entry())) {
        work.addAll(graph.entry(next).inputs());
      }
    }
    return out;
  }

  private boolean isPointwise(Ref ref) {
    return isOfSpace(ref) && !access.inMemory(ref) && !(graph.entry(ref).op() instanceof Leaf);
  }

  /** What was computed before and is read by something that was not. */
  private Set<Ref> frontier(Set<Ref> demanded, Set<Integer> here, Set<Integer> before) {
    Set<Ref> out = new LinkedHashSet<>();
    demanded.stream().filter(r -> before.contains(r.entry())).forEach(out::add);
    for (int e : here) {
      if (!before.contains(e)) {
        for (Ref input : graph.entries().get(e).inputs()) {
          if (before.contains(input.entry()) && here.contains(input.entry())) {
            out.add(input);
          }
        }
      }
    }
    return out;
  }

  private int cost(Ref ref, Set<Integer> held) {
    int sum = 0;
    for (int e : computed(Set.of(ref), held)) {
      sum += FormulaCost.of(graph.entries().get(e).op());
    }
    return sum;
  }
}

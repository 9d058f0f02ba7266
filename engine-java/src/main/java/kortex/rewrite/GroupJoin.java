package kortex.rewrite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping;
import kortex.graph.Grouping.Apart;
import kortex.graph.Grouping.Fused;
import kortex.graph.Grouping.Group;
import kortex.graph.Grouping.Joined;
import kortex.op.Leaf;
import org.jspecify.annotations.Nullable;

/**
 * Joins fused groups that go over the same memory: reductions over the same axes of one space, or
 * over all other axes of it, maps over that space, and maps over what the reductions leave. A
 * reduction attracts the groups that share what it reads, one after the other; after that a map
 * attracts maps over the same space that read what it makes. Two groups are only joined when
 * neither waits for the other through a third: all groups between them in the order then run before
 * both, or after.
 */
final class GroupJoin {
  /** Groups further apart in the order are hardly ever free to run together. */
  private static final int MOST_BETWEEN = 256;

  /** More groups that read one value are not looked at. */
  private static final int MOST_READERS = 64;

  private final Graph graph;
  private final JoinRules rules;
  private final List<JoinedGroup> order = new ArrayList<>();
  private final Map<Integer, JoinedGroup> makers = new HashMap<>();
  private final Map<Integer, List<JoinedGroup>> readers = new HashMap<>();
  private final Set<Integer> results = new HashSet<>();

  private GroupJoin(Graph graph, FusionRules rules, List<Group> groups) {
    this.graph = graph;
    Set<Integer> stored = new HashSet<>();
    groups.forEach(g -> g.outputs().forEach(r -> stored.add(r.entry())));
    this.rules = new JoinRules(graph, rules, stored);
    for (Group group : groups) {
      JoinedGroup single = this.rules.single(group, reads(group, stored));
      single.place(order.size());
      order.add(single);
      single.outputs().forEach(e -> makers.put(e, single));
      single.reads().forEach(e -> readers.computeIfAbsent(e, k -> new ArrayList<>()).add(single));
    }
    graph.results().forEach(r -> results.add(this.rules.memory(r.entry())));
  }

  /** The groups after joining, in an order in which inputs precede their use. */
  static Grouping join(Graph graph, FusionRules rules, List<Group> groups) {
    return new GroupJoin(graph, rules, groups).run();
  }

  /** The entries in memory that a group reads. */
  private Set<Integer> reads(Group group, Set<Integer> stored) {
    Set<Integer> own = new HashSet<>();
    group.outputs().forEach(r -> own.add(r.entry()));
    Set<Integer> out = new LinkedHashSet<>();
    Set<Integer> seen = new HashSet<>(own);
    List<Integer> work = new ArrayList<>(own);
    while (!work.isEmpty()) {
      for (Ref input : graph.entries().get(work.removeLast()).inputs()) {
        int e = input.entry();
        if (seen.add(e)) {
          if (stored.contains(e) || graph.entry(input).op() instanceof Leaf.Read) {
            out.add(e);
          } else {
            work.add(e);
          }
        }
      }
    }
    return out;
  }

  private Grouping run() {
    List<JoinedGroup> reducing = order.stream().filter(JoinedGroup::reduces).toList();
    // Those that go by rows can take others in, but not the other way round.
    for (boolean byRows : List.of(true, false)) {
      for (JoinedGroup group : reducing) {
        if (group.isAlive() && Joined.byRows(group.space(), group.axes()) == byRows) {
          grow(group, rules::fit);
        }
      }
    }
    for (JoinedGroup group : List.copyOf(order)) {
      if (group.isAlive() && !group.reduces() && group.points().isPresent()) {
        grow(group, rules::fitAtPoints);
      }
    }
    Map<JoinedGroup, Group> finished = new LinkedHashMap<>();
    order.forEach(g -> finished.put(g, finished(g)));
    return new Grouping(graph, List.copyOf(finished.values()), apart(finished));
  }

  /** Joins groups to one as long as one fits. */
  private void grow(JoinedGroup group, BiPredicate<JoinedGroup, JoinedGroup> fits) {
    Set<JoinedGroup> refused = new HashSet<>();
    boolean grew = true;
    while (grew) {
      grew = false;
      for (JoinedGroup other : neighbours(group)) {
        if (other.isAlive() && !refused.contains(other)) {
          if (fits.test(group, other) && join(group, other)) {
            grew = true;
          } else {
            refused.add(other);
          }
        }
      }
      if (grew) {
        // What did not fit alone may fit with what was joined since.
        refused.clear();
      }
    }
  }

  /** The groups that make or read what a group reads, or read what it makes, nearest first. */
  private List<JoinedGroup> neighbours(JoinedGroup group) {
    Set<JoinedGroup> out = new HashSet<>();
    for (int e : group.reads()) {
      JoinedGroup maker = makers.get(e);
      if (maker != null) {
        out.add(maker.alive());
      }
      addReaders(e, out);
    }
    group.outputs().forEach(e -> addReaders(e, out));
    out.remove(group);
    return out.stream()
        .filter(JoinedGroup::joins)
        .sorted(Comparator.comparingInt(JoinedGroup::position))
        .toList();
  }

  private void addReaders(int entry, Set<JoinedGroup> into) {
    List<JoinedGroup> all = readers.getOrDefault(entry, List.of());
    all.subList(0, Math.min(all.size(), MOST_READERS)).forEach(r -> into.add(r.alive()));
  }

  /** Joins two groups unless a third must run between them. */
  private boolean join(JoinedGroup group, JoinedGroup other) {
    JoinedGroup first = group.position() < other.position() ? group : other;
    JoinedGroup last = first == group ? other : group;
    int from = first.position();
    int to = last.position();
    if (to - from > MOST_BETWEEN) {
      return false;
    }
    Set<JoinedGroup> waiting = new HashSet<>(Set.of(first));
    List<JoinedGroup> before = new ArrayList<>();
    List<JoinedGroup> after = new ArrayList<>();
    for (JoinedGroup between : List.copyOf(order.subList(from + 1, to))) {
      if (waitsFor(between, waiting)) {
        waiting.add(between);
        after.add(between);
      } else {
        before.add(between);
      }
    }
    waiting.remove(first);
    if (waitsFor(last, waiting)) {
      return false;
    }
    group.take(other);
    before.add(group);
    before.addAll(after);
    // One place is free now; those behind it move up.
    order.subList(from, to + 1).clear();
    order.addAll(from, before);
    for (int i = from; i < order.size(); i++) {
      order.get(i).place(i);
    }
    return true;
  }

  private boolean waitsFor(JoinedGroup group, Collection<JoinedGroup> others) {
    for (int e : group.reads()) {
      JoinedGroup maker = makers.get(e);
      if (maker != null && others.contains(maker.alive())) {
        return true;
      }
    }
    return false;
  }

  /** The groups that go over what another has reduced, and could not be joined to it. */
  private List<Apart> apart(Map<JoinedGroup, Group> finished) {
    Set<Apart> out = new LinkedHashSet<>();
    finished.forEach((group, result) -> {
      if (group.reduces()) {
        Joined.whyNotByRows(group.space(), group.axes())
            .ifPresent(why ->
                neighbours(group).stream()
                    .filter(other -> rules.goesOver(group, other) && follows(other, group))
                    .map(other -> new Apart(first(result), first(finished.get(other)), why))
                    .forEach(out::add));
      }
    });
    return List.copyOf(out);
  }

  /** Whether a group reads what another makes, or what small groups make of that. */
  private boolean follows(JoinedGroup group, JoinedGroup other) {
    Set<JoinedGroup> seen = new HashSet<>(Set.of(group));
    List<JoinedGroup> work = new ArrayList<>(List.of(group));
    while (!work.isEmpty()) {
      for (int e : work.removeLast().reads()) {
        JoinedGroup maker = makers.get(e);
        if (maker != null && maker.alive() == other) {
          return true;
        }
        if (maker != null && rules.isSmall(maker.alive(), other) && seen.add(maker.alive())) {
          work.add(maker.alive());
        }
      }
    }
    return false;
  }

  private static Ref first(@Nullable Group group) {
    return Objects.requireNonNull(group).outputs().getFirst();
  }

  private Group finished(JoinedGroup group) {
    if (group.groups().size() == 1) {
      return group.groups().getFirst();
    }
    List<Ref> outputs =
        group.outputs().stream()
            .filter(e -> isReadBehind(e, group))
            .sorted(Comparator.comparing(rules::isConcat).thenComparing(e -> e).reversed())
            .map(e -> new Ref(e, 0))
            .toList();
    return group.reduces() ? new Joined(outputs, group.space(), group.axes()) : new Fused(outputs);
  }

  private boolean isReadBehind(int entry, JoinedGroup group) {
    return results.contains(entry)
        || readers.getOrDefault(entry, List.of()).stream().anyMatch(r -> r.alive() != group);
  }
}

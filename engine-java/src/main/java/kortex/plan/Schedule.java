package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping;
import kortex.graph.Grouping.Group;
import kortex.op.Index;
import kortex.op.Leaf;

/**
 * The order of the groups. Checks of indices, and what they need, run first: no stored value has
 * been replaced yet when one fails. A group whose results are only stored back runs as soon as the
 * last group that reads the old value has run: then it can write in place, and its inputs die
 * early.
 */
final class Schedule {
  private final Graph graph;
  private final Map<Ref, Integer> producer = new HashMap<>();
  private final List<Set<Integer>> reads = new ArrayList<>();
  private final List<Group> groups;

  /** How many groups check indices or are needed for it. */
  private int checks;

  private Schedule(Grouping grouping) {
    this.graph = grouping.graph();
    this.groups = checksFirst(grouping.groups());
    for (int i = 0; i < groups.size(); i++) {
      for (Ref out : groups.get(i).outputs()) {
        producer.put(out, i);
      }
    }
    for (Group group : groups) {
      reads.add(reads(group));
    }
  }

  /** Moves groups that check indices to the front, with all groups that they read. */
  private List<Group> checksFirst(List<Group> order) {
    Set<Integer> needed = new HashSet<>();
    List<Group> first = new ArrayList<>();
    List<Group> others = new ArrayList<>();
    for (Group group : order.reversed()) {
      List<Ref> outputs = group.outputs();
      if (graph.entry(outputs.getFirst()).op() instanceof Index.Bounded
          || outputs.stream().anyMatch(r -> needed.contains(r.entry()))) {
        first.add(group);
        addAncestors(outputs, needed);
      } else {
        others.add(group);
      }
    }
    checks = first.size();
    List<Group> out = new ArrayList<>(first.reversed());
    out.addAll(others.reversed());
    return out;
  }

  private void addAncestors(List<Ref> values, Set<Integer> ancestors) {
    List<Ref> work = new ArrayList<>(values);
    while (!work.isEmpty()) {
      for (Ref input : graph.entry(work.removeLast()).inputs()) {
        if (ancestors.add(input.entry())) {
          work.add(input);
        }
      }
    }
  }

  /** The groups in the order to run them. */
  static List<Group> order(Grouping grouping) {
    return new Schedule(grouping).run();
  }

  /** The entries in memory that a group reads: outputs of other groups and leaves. */
  private Set<Integer> reads(Group group) {
    Set<Integer> own = new HashSet<>();
    group.outputs().forEach(r -> own.add(r.entry()));
    Set<Integer> out = new HashSet<>();
    Set<Integer> seen = new HashSet<>(own);
    List<Integer> work = new ArrayList<>(own);
    while (!work.isEmpty()) {
      int entry = work.removeLast();
      for (Ref input : graph.entries().get(entry).inputs()) {
        if (producer.containsKey(input) && !own.contains(input.entry())
            || graph.entry(input).op() instanceof Leaf.Read) {
          out.add(input.entry());
        } else if (seen.add(input.entry())) {
          work.add(input.entry());
        }
      }
    }
    return out;
  }

  private List<Group> run() {
    Set<Integer> deferred = deferred();
    List<List<Integer>> after = new ArrayList<>();
    Map<Integer, Integer> slot = new HashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      after.add(new ArrayList<>());
      if (!deferred.contains(i)) {
        slot.put(i, i);
      }
    }
    for (int i = 0; i < groups.size(); i++) {
      if (deferred.contains(i)) {
        int at = slotOf(i, slot);
        slot.put(i, at);
        after.get(at).add(i);
      }
    }
    List<Group> out = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      if (!deferred.contains(i)) {
        out.add(groups.get(i));
      }
      after.get(i).forEach(g -> out.add(groups.get(g)));
    }
    return out;
  }

  /** The groups whose results nothing but updates needs. */
  private Set<Integer> deferred() {
    Set<Integer> outputs = new HashSet<>();
    graph.outputs().forEach(r -> outputs.add(Access.resolve(graph, r).entry()));
    Set<Integer> readLater = new HashSet<>();
    Set<Integer> out = new HashSet<>();
    Set<Ref> updates = new HashSet<>();
    graph.updates().forEach(u -> updates.add(u.value()));
    for (int i = groups.size() - 1; i >= 0; i--) {
      List<Ref> results = groups.get(i).outputs();
      boolean updatesOnly =
          results.stream()
              .allMatch(r ->
                  updates.contains(r)
                      && !outputs.contains(r.entry())
                      && !readLater.contains(r.entry()));
      if (updatesOnly) {
        out.add(i);
      }
      readLater.addAll(reads.get(i));
    }
    return out;
  }

  private int slotOf(int group, Map<Integer, Integer> slot) {
    Set<Integer> targets = new HashSet<>();
    for (Graph.Update update : graph.updates()) {
      if (groups.get(group).outputs().contains(update.value())) {
        targets.add(update.target());
      }
    }
    int at = Math.max(0, checks - 1);
    for (int other = 0; other < groups.size(); other++) {
      Integer when = slot.get(other);
      if (when == null || other == group) {
        continue;
      }
      boolean readsTarget = reads.get(other).stream().anyMatch(targets::contains);
      boolean feeds =
          groups.get(other).outputs().stream().anyMatch(r -> reads.get(group).contains(r.entry()));
      if (readsTarget || feeds) {
        at = Math.max(at, when);
      }
    }
    return at;
  }
}

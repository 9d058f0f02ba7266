package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping;
import kortex.graph.Grouping.Group;
import kortex.op.Index;
import kortex.op.Leaf;

/**
 * The order of the groups. Checks of indices, and what they need, run first: no stored value has
 * been replaced yet when one fails. A group that computes a gradient or an update, which nothing
 * else needs, runs as soon as what it reads is known and the last group that reads the old value
 * has run: then it can write in place, finds its inputs in the caches, and lets them die early.
 * Small updates wait for one another instead: side by side they are one pass.
 */
final class Schedule {
  /** How many groups there may be between a gradient and the update that it is for. */
  private static final int NEAR = 5;

  /** Updates that write less than this wait; their gradients are small too. */
  private static final long SMALL_BYTES = 512 << 10;

  private final Graph graph;
  private final Map<Ref, Integer> producer = new HashMap<>();
  private final List<Set<Integer>> reads = new ArrayList<>();
  private final List<Group> groups;
  private final Set<Ref> updates = new HashSet<>();

  /** How many groups check indices or are needed for it. */
  private int checks;

  private Schedule(Grouping grouping) {
    this.graph = grouping.graph();
    this.groups = checksFirst(grouping.groups());
    graph.updates().forEach(u -> updates.add(u.value()));
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
    Set<Integer> eager = eager();
    Set<Integer> last = smallUpdates(eager);
    eager.removeAll(last);
    List<List<Integer>> after = new ArrayList<>();
    Slots slots = new Slots();
    for (int i = 0; i < groups.size(); i++) {
      after.add(new ArrayList<>());
      if (!eager.contains(i) && !last.contains(i)) {
        slots.put(i, i);
      }
    }
    for (int i : new TreeSet<>(eager)) {
      int at = slots.after(i);
      slots.put(i, at);
      after.get(at).add(i);
    }
    List<Group> out = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      if (!eager.contains(i) && !last.contains(i)) {
        out.add(groups.get(i));
      }
      after.get(i).forEach(g -> out.add(groups.get(g)));
    }
    last.forEach(g -> out.add(groups.get(g)));
    return out;
  }

  /** The small updates among some groups that nothing reads but other small updates. */
  private Set<Integer> smallUpdates(Set<Integer> candidates) {
    Set<Integer> readBefore = new HashSet<>();
    Set<Integer> out = new TreeSet<>();
    for (int i = groups.size() - 1; i >= 0; i--) {
      boolean waits =
          candidates.contains(i)
              && isSmallUpdate(i)
              && groups.get(i).outputs().stream().noneMatch(r -> readBefore.contains(r.entry()));
      if (waits) {
        out.add(i);
      } else {
        readBefore.addAll(reads.get(i));
      }
    }
    return out;
  }

  private boolean isSmallUpdate(int group) {
    List<Ref> results = groups.get(group).outputs();
    return updates.containsAll(results)
        && results.stream().mapToLong(r -> graph.type(r).bytes()).sum() < SMALL_BYTES;
  }

  /**
   * The groups to run as soon as they can: those that no output needs, that are at most a few
   * groups away from an update, and that read what only updates need, or are updates themselves.
   * Others would keep what they make alive for longer.
   */
  private Set<Integer> eager() {
    Set<Integer> needed = new HashSet<>();
    graph.outputs().forEach(r -> needed.add(Access.resolve(graph, r).entry()));
    Map<Integer, Integer> heights = new HashMap<>();
    List<Integer> low = new ArrayList<>();
    for (int i = groups.size() - 1; i >= checks; i--) {
      List<Ref> results = groups.get(i).outputs();
      if (results.stream().anyMatch(r -> needed.contains(r.entry()))) {
        needed.addAll(reads.get(i));
        continue;
      }
      int height =
          results.stream().mapToInt(r -> heights.getOrDefault(r.entry(), 0)).max().orElse(0);
      reads.get(i).forEach(e -> heights.merge(e, height + 1, Math::max));
      if (height <= NEAR) {
        low.add(i);
      }
    }
    Set<Integer> spare = new HashSet<>(heights.keySet());
    spare.removeAll(needed);
    return low.stream()
        .filter(i ->
            updates.containsAll(groups.get(i).outputs())
                || reads.get(i).stream().anyMatch(e -> spare.contains(e) && !isLeaf(e)))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private boolean isLeaf(int entry) {
    return graph.entries().get(entry).op() instanceof Leaf.Read;
  }

  /** The places in the order that groups were given so far. */
  private final class Slots {
    /** When an entry is computed, and when it is read last. */
    private final Map<Integer, Integer> computed = new HashMap<>();

    private final Map<Integer, Integer> read = new HashMap<>();
    private final Map<Ref, List<Integer>> targets = new HashMap<>();

    Slots() {
      for (Graph.Update update : graph.updates()) {
        targets.computeIfAbsent(update.value(), v -> new ArrayList<>()).add(update.target());
      }
    }

    void put(int group, int slot) {
      groups.get(group).outputs().forEach(r -> computed.merge(r.entry(), slot, Math::max));
      reads.get(group).forEach(e -> read.merge(e, slot, Math::max));
    }

    /** The first slot in which all is computed that a group reads, and what it replaces is read. */
    int after(int group) {
      int at = Math.max(0, checks - 1);
      for (int entry : reads.get(group)) {
        at = Math.max(at, computed.getOrDefault(entry, 0));
      }
      for (Ref value : groups.get(group).outputs()) {
        for (int target : targets.getOrDefault(value, List.of())) {
          at = Math.max(at, read.getOrDefault(target, 0));
        }
      }
      return at;
    }
  }
}

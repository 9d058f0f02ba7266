package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import kortex.graph.BodyGraph;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping;
import kortex.graph.Grouping.Fused;
import kortex.graph.Grouping.Group;
import kortex.graph.Grouping.Nested;
import kortex.graph.Grouping.Whole;
import kortex.op.Epilogue;
import kortex.op.Join;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Region;
import kortex.op.Scan;
import kortex.op.View;
import kortex.tensor.TensorType;

/**
 * Decides which entries become one kernel. From the results backwards, an elementwise entry or view
 * that only one group reads is computed inside that group and never stored; one that several groups
 * read is stored by a group of its own, unless it is cheap enough to compute in each. So is one
 * that its group would compute more than twice, at other positions each time. Reductions,
 * accumulations, scatters and concatenations take their producers in and are always stored; each
 * part of a concatenation is computed apart from the others, as in a group of its own, unless all
 * parts are equal: then they are computed side by side. A value that must be stored and that some
 * group computes at each position anyway becomes an extra output of that group.
 */
public final class Fusion {
  private static final int MOST_MEMBERS = 200;

  /**
   * Says whether a backend runs an op with an epilogue; the types are those of what it reads, which
   * may be half precision where the op is one of f32.
   */
  public interface Takes {
    boolean test(Op op, Epilogue epilogue, List<TensorType> inputs);
  }

  private final Graph graph;
  private final BiPredicate<Op, List<TensorType>> runsWhole;
  private final Takes takes;
  private final Epilogues epilogues;
  private final FusionRules rules;
  private final Light light;
  private final Homes homes;
  private final GroupOrder order;
  private final Visits visits = new Visits();
  private final List<List<Integer>> consumers = new ArrayList<>();
  private final Set<Integer> results = new HashSet<>();

  /** How many entries each group computes without storing them. */
  private final Map<Integer, Integer> members = new HashMap<>();

  /** Entries that their one group computes at each position once. */
  private final boolean[] aligned;

  private Fusion(Graph graph, BiPredicate<Op, List<TensorType>> runsWhole, Takes takes) {
    this.graph = graph;
    this.runsWhole = runsWhole;
    this.takes = takes;
    this.epilogues = new Epilogues(graph, takes);
    this.rules = new FusionRules(graph, runsWhole, epilogues);
    this.light = new Light(graph, rules);
    this.homes = new Homes(graph);
    this.order = new GroupOrder(graph, homes);
    this.aligned = new boolean[graph.entries().size()];
    for (int i = 0; i < aligned.length; i++) {
      consumers.add(new ArrayList<>());
      for (Ref input : new HashSet<>(epilogues.inputs(i))) {
        consumers.get(input.entry()).add(i);
      }
    }
    graph.results().forEach(r -> results.add(r.entry()));
  }

  /** Groups a simplified graph; {@code runsWhole} says which ops the backend runs as a whole. */
  public static Grouping group(Graph graph, BiPredicate<Op, List<TensorType>> runsWhole) {
    return group(graph, runsWhole, (op, epilogue, inputs) -> false);
  }

  /** The same for a backend that takes epilogues. */
  public static Grouping group(
      Graph graph, BiPredicate<Op, List<TensorType>> runsWhole, Takes takes) {
    return new Fusion(graph, runsWhole, takes).run();
  }

  private Grouping run() {
    for (int i = graph.entries().size() - 1; i >= 0; i--) {
      Optional<Integer> end = epilogues.end(i);
      if (graph.entries().get(i).op() instanceof Leaf.Read) {
        homes.inMemory(i);
      } else if (end.isPresent()) {
        homes.compute(i, Set.of(end.get()));
      } else {
        place(i);
      }
    }
    List<Group> groups = new ArrayList<>();
    order.visit(
        root -> groups.add(rules.isWhole(root) ? whole(root) : new Fused(homes.outputs(root))));
    return GroupJoin.join(graph, rules, groups);
  }

  private Group whole(int i) {
    Optional<Epilogues.Taken> taken = epilogues.endingAt(i);
    if (taken.isPresent()) {
      return new Whole(
          taken.get().entry(), taken.get().inputs(), taken.get().epilogue(), homes.outputs(i));
    }
    Entry entry = graph.entries().get(i);
    List<TensorType> types = entry.inputs().stream().map(graph::type).toList();
    if (!(entry.op() instanceof Region region) || runsWhole.test(region, types)) {
      return new Whole(i, entry.inputs(), Epilogue.NONE, homes.outputs(i));
    }
    int carries = region instanceof Scan scan ? scan.carries() : 0;
    return new Nested(
        i,
        homes.outputs(i),
        region.bodies().stream()
            .map(body -> group(BodyGraph.stored(body, carries), runsWhole, takes))
            .toList());
  }

  private void place(int i) {
    boolean mustStore = rules.isWhole(i) || rules.isRoot(i) || rules.isAlias(i);
    boolean demanded = results.contains(i) || mustStore;
    boolean onlyAsResult = results.contains(i) && !mustStore;
    Set<Integer> groups = new HashSet<>();
    for (int c : consumers.get(i)) {
      boolean needsBuffer = needsBuffer(i, c);
      demanded |= needsBuffer;
      onlyAsResult &= !needsBuffer;
      groups.addAll(homes.reading(i, c));
      visits.read(i, c, rules.moves(c));
    }
    boolean shared = groups.size() > 1 && !rules.isCheap(i) && !light.is(i);
    if (groups.size() == 1 && !demanded) {
      int group = groups.iterator().next();
      // A kernel of a thousand entries compiles slowly and spills its registers.
      demanded = members.merge(group, 1, Integer::sum) % MOST_MEMBERS == 0 || repeated(i, group);
    }
    if (!demanded && !shared) {
      homes.compute(i, groups);
      aligned[i] = groups.size() == 1 && isAlignedIn(consumers.get(i));
      return;
    }
    visits.once(i);
    OptionalInt host = onlyAsResult || (shared && !mustStore) ? host(i) : OptionalInt.empty();
    if (host.isPresent()) {
      homes.storeIn(i, host.getAsInt());
      aligned[i] = true;
    } else {
      store(i);
    }
  }

  private void store(int i) {
    Op op = graph.entries().get(i).op();
    if (rules.isAlias(i) || op instanceof View.Reshape) {
      // It runs nothing itself: it asks for a buffer of what it views.
      homes.inMemory(i);
      return;
    }
    aligned[i] = true;
    if (op instanceof Join.Concat && !rules.isWhole(i) && !rules.isEvenConcat(i)) {
      homes.openParts(i);
    } else {
      homes.open(i);
    }
  }

  private boolean needsBuffer(int i, int c) {
    return rules.needsBuffer(i, c, homes.isStored(c));
  }

  /** Whether a group would compute an entry so often that storing it costs less. */
  private boolean repeated(int i, int group) {
    Entry entry = graph.entries().get(i);
    long points = Math.max(1, homes.points(group));
    boolean often = visits.moved(i) > 2 * entry.types().getFirst().size() / points;
    return !entry.inputs().isEmpty() && (visits.tooMany(i) || (often && !rules.isCheap(i)));
  }

  /**
   * The group that can store this entry on its way: it computes the entry at each position once,
   * and does not wait for any other group that reads the entry.
   */
  private OptionalInt host(int i) {
    Map<Integer, List<Integer>> inside = new TreeMap<>();
    for (int c : consumers.get(i)) {
      Set<Integer> groups = homes.groups(c);
      if (groups.size() == 1 && !needsBuffer(i, c)) {
        inside.computeIfAbsent(groups.iterator().next(), g -> new ArrayList<>()).add(c);
      }
    }
    for (Map.Entry<Integer, List<Integer>> candidate : inside.entrySet()) {
      int group = candidate.getKey();
      if (!homes.isPart(group) && joins(i, group, candidate.getValue())) {
        Set<Integer> outside = new HashSet<>(consumers.get(i));
        candidate.getValue().forEach(outside::remove);
        if (!order.mayWaitFor(i, group, outside)) {
          return OptionalInt.of(group);
        }
      }
    }
    return OptionalInt.empty();
  }

  private boolean joins(int i, int root, List<Integer> readers) {
    TensorType mine = graph.entries().get(i).types().getFirst();
    Entry of = graph.entries().get(root);
    TensorType theirs =
        rules.isEvenConcat(root) ? graph.type(of.inputs().getFirst()) : of.types().getFirst();
    return !rules.isWhole(root)
        && !rules.accumulates(root)
        && mine.shape().equals(theirs.shape())
        && !(graph.entries().get(i).op() instanceof View)
        && isAlignedIn(readers);
  }

  private boolean isAlignedIn(List<Integer> readers) {
    return readers.stream().allMatch(c -> aligned[c] && rules.isPointwise(c));
  }
}

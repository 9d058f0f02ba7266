package kortex.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
import kortex.op.Accumulate;
import kortex.op.Binary;
import kortex.op.Cond;
import kortex.op.Index;
import kortex.op.Join;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Random;
import kortex.op.Reduce;
import kortex.op.Region;
import kortex.op.Scan;
import kortex.op.Scatter;
import kortex.op.View;
import kortex.tensor.TensorType;

/**
 * Decides which entries become one kernel. From the results backwards, an elementwise entry or view
 * that only one group reads is computed inside that group and never stored; one that several groups
 * read is stored by a group of its own, unless it is cheap enough to compute in each. So is one
 * that its group would compute more than twice, at other positions each time. Reductions,
 * accumulations, scatters and concatenations take their producers in and are always stored; each
 * part of a concatenation is computed apart from the others, as in a group of its own. A value that
 * must be stored and that some group computes at each position anyway becomes an extra output of
 * that group.
 */
public final class Fusion {
  private static final int NONE = -1;
  private static final int MOST_MEMBERS = 200;

  private final Graph graph;
  private final BiPredicate<Op, List<TensorType>> runsWhole;
  private final boolean[] whole;
  private final List<List<Integer>> consumers = new ArrayList<>();
  private final Set<Integer> results = new HashSet<>();

  /**
   * The groups that compute an entry, whether stored or not. A group is named by its root; a part
   * of a concatenation by a number behind those of all entries.
   */
  private final Map<Integer, Set<Integer>> placed = new HashMap<>();

  /** The first part of each concatenation, and the concatenation of each part. */
  private final Map<Integer, Integer> firstPart = new HashMap<>();

  private final List<Ref> parts = new ArrayList<>();

  private final Visits visits = new Visits();

  /** How many entries each group computes without storing them. */
  private final Map<Integer, Integer> members = new HashMap<>();

  /** Entries whose value is kept in a buffer. */
  private final boolean[] stored;

  /** Entries that their one group computes at each position once. */
  private final boolean[] aligned;

  private final TreeMap<Integer, List<Ref>> roots = new TreeMap<>();

  private Fusion(Graph graph, BiPredicate<Op, List<TensorType>> runsWhole) {
    this.graph = graph;
    this.runsWhole = runsWhole;
    int n = graph.entries().size();
    whole = new boolean[n];
    stored = new boolean[n];
    aligned = new boolean[n];
    for (int i = 0; i < n; i++) {
      consumers.add(new ArrayList<>());
      Entry entry = graph.entries().get(i);
      List<TensorType> types = entry.inputs().stream().map(graph::type).toList();
      whole[i] =
          !(entry.op() instanceof Leaf.Read)
              && !(entry.op() instanceof View.Reshape)
              && !(entry.op() instanceof Region.After)
              && (isNested(entry.op()) || runsWhole.test(entry.op(), types));
      for (Ref input : new HashSet<>(entry.inputs())) {
        consumers.get(input.entry()).add(i);
      }
    }
    graph.results().forEach(r -> results.add(r.entry()));
  }

  /** Groups a simplified graph; {@code runsWhole} says which ops the backend runs as a whole. */
  public static Grouping group(Graph graph, BiPredicate<Op, List<TensorType>> runsWhole) {
    return new Fusion(graph, runsWhole).run();
  }

  private static boolean isNested(Op op) {
    return op instanceof Scan || op instanceof Cond;
  }

  private Grouping run() {
    for (int i = graph.entries().size() - 1; i >= 0; i--) {
      place(i);
    }
    List<Group> groups = new ArrayList<>();
    Set<Integer> done = new HashSet<>();
    for (int root : roots.keySet()) {
      emit(root, groups, done);
    }
    return new Grouping(graph, groups);
  }

  private void place(int i) {
    Op op = graph.entries().get(i).op();
    if (op instanceof Leaf.Read) {
      stored[i] = true;
      return;
    }
    boolean alias = (op instanceof View.Reshape && !unitOnly(i)) || op instanceof Region.After;
    boolean root = accumulates(op) || op instanceof Join.Concat;
    Set<Integer> groups = new HashSet<>();
    boolean demanded = results.contains(i) || whole[i] || root || alias;
    boolean onlyAsResult = results.contains(i) && !whole[i] && !root && !alias;
    for (int c : consumers.get(i)) {
      boolean needsBuffer = needsBuffer(i, c);
      demanded |= needsBuffer;
      onlyAsResult &= !needsBuffer;
      groups.addAll(groupsReading(i, c));
      visits.read(i, c, moves(c));
    }
    boolean shared = groups.size() > 1 && !cheap(op);
    if (groups.size() == 1 && !demanded) {
      int group = groups.iterator().next();
      // A kernel of a thousand entries compiles slowly and spills its registers.
      demanded = members.merge(group, 1, Integer::sum) % MOST_MEMBERS == 0 || repeated(i, group);
    }
    if (!demanded && !shared) {
      placed.put(i, groups);
      aligned[i] = groups.size() == 1 && alignedIn(i, consumers.get(i));
      return;
    }
    int host = onlyAsResult || shared ? host(i, groups) : NONE;
    if (host != NONE && !whole[i] && !alias && !root) {
      stored[i] = true;
      aligned[i] = true;
      visits.once(i);
      placed.put(i, Set.of(host));
      Objects.requireNonNull(roots.get(host)).add(new Ref(i, 0));
    } else {
      store(i, alias || op instanceof View.Reshape);
    }
  }

  /** The groups in which consumer {@code c} reads entry {@code i}. */
  private Set<Integer> groupsReading(int i, int c) {
    Integer first = firstPart.get(c);
    if (first == null) {
      return placed.getOrDefault(c, Set.of());
    }
    Set<Integer> out = new HashSet<>();
    List<Ref> inputs = graph.entries().get(c).inputs();
    for (int k = 0; k < inputs.size(); k++) {
      if (inputs.get(k).entry() == i) {
        out.add(first + k);
      }
    }
    return out;
  }

  /** The roots of the groups that compute an entry. */
  private Set<Integer> homes(int i) {
    Set<Integer> out = new HashSet<>();
    placed.getOrDefault(i, Set.of()).forEach(g -> out.add(isPart(g) ? part(g).entry() : g));
    return out;
  }

  private boolean isPart(int group) {
    return group >= whole.length;
  }

  private Ref part(int group) {
    return parts.get(group - whole.length);
  }

  /** Whether an entry reads its input at other positions than its own. */
  private boolean moves(int c) {
    Op op = graph.entries().get(c).op();
    return op instanceof Join.Pad
        || op instanceof Index.Take
        || (op instanceof View && !(op instanceof View.Reshape));
  }

  /** Whether a group would compute an entry so often that storing it costs less. */
  private boolean repeated(int i, int group) {
    Entry entry = graph.entries().get(i);
    long points = Math.max(1, points(group));
    boolean often = visits.moved(i) > 2 * entry.types().getFirst().size() / points;
    return !entry.inputs().isEmpty() && (visits.tooMany(i) || (often && !cheap(entry.op())));
  }

  /** The number of points of a group's iteration space. */
  private long points(int group) {
    if (isPart(group)) {
      Ref part = part(group);
      return graph.type(graph.entry(part).inputs().get(part.output())).size();
    }
    Entry root = graph.entries().get(group);
    // A scatter runs over its updates, its last input; all others have one of the size that counts.
    return root.op() instanceof Reduce || root.op() instanceof Scatter
        ? graph.type(root.inputs().getLast()).size()
        : root.types().getFirst().size();
  }

  /**
   * The group that can store this entry on its way: it computes the entry at each position once,
   * and does not wait for any other group that reads the entry.
   */
  private int host(int i, Set<Integer> groups) {
    for (int candidate : new TreeSet<>(groups)) {
      if (isPart(candidate)) {
        continue;
      }
      List<Integer> inside = new ArrayList<>();
      Set<Integer> outside = new HashSet<>();
      for (int c : consumers.get(i)) {
        Set<Integer> home = placed.getOrDefault(c, Set.of());
        if (home.equals(Set.of(candidate)) && !needsBuffer(i, c)) {
          inside.add(c);
        } else {
          outside.add(c);
        }
      }
      if (!inside.isEmpty() && joins(i, candidate, inside) && !waitsFor(i, candidate, outside)) {
        return candidate;
      }
    }
    return NONE;
  }

  /**
   * Whether a group can only run after one of some entries, or a group that computes one. Entries
   * before {@code from} are in no group yet, so the search ends there.
   */
  private boolean waitsFor(int from, int group, Set<Integer> entries) {
    Set<Integer> late = new HashSet<>(entries);
    entries.forEach(e -> late.addAll(homes(e)));
    if (late.contains(group)) {
      // Another member reads the entry at another position, through a buffer that is being written.
      return true;
    }
    Set<Integer> seen = new HashSet<>();
    List<Integer> work = new ArrayList<>();
    Objects.requireNonNull(roots.get(group)).forEach(r -> work.add(r.entry()));
    while (!work.isEmpty()) {
      for (Ref input : graph.entries().get(work.removeLast()).inputs()) {
        int e = input.entry();
        if (e <= from) {
          continue;
        }
        Set<Integer> homes = homes(e);
        if (late.contains(e)
            || (!homes.equals(Set.of(group)) && homes.stream().anyMatch(late::contains))) {
          return true;
        }
        if (seen.add(e)) {
          work.add(e);
          if (stored[e] && !homes.equals(Set.of(group))) {
            homes.forEach(
                h -> Objects.requireNonNull(roots.get(h)).forEach(r -> work.add(r.entry())));
          }
        }
      }
    }
    return false;
  }

  private void store(int i, boolean alias) {
    stored[i] = true;
    visits.once(i);
    if (alias) {
      // An alias runs nothing itself: it asks for a buffer of what it views.
      placed.put(i, Set.of());
      return;
    }
    placed.put(i, Set.of(i));
    aligned[i] = true;
    List<Ref> outputs = new ArrayList<>();
    for (int o = 0; o < graph.entries().get(i).types().size(); o++) {
      outputs.add(new Ref(i, o));
    }
    roots.put(i, outputs);
    if (graph.entries().get(i).op() instanceof Join.Concat && !whole[i]) {
      firstPart.put(i, whole.length + parts.size());
      for (int k = 0; k < graph.entries().get(i).inputs().size(); k++) {
        parts.add(new Ref(i, k));
      }
    }
  }

  /** Whether consumer {@code c} can only read entry {@code i} from a buffer. */
  private boolean needsBuffer(int i, int c) {
    Op op = graph.entries().get(c).op();
    if (whole[c]
        || op instanceof Region.After
        || (op instanceof View.Reshape && (stored[c] || !unitOnly(c)))) {
      return true;
    }
    if (op instanceof Index.Take && graph.entries().get(c).inputs().getFirst().entry() == i) {
      // Rows are taken from memory, so that only those taken are read.
      return true;
    }
    Op producer = graph.entries().get(i).op();
    // Computing a value once for every place it is repeated to would cost more than storing it.
    return (op instanceof View.Broadcast || op instanceof Index.Take)
        && !cheap(producer)
        && graph.entries().get(c).types().getFirst().size()
            > graph.entries().get(i).types().getFirst().size();
  }

  private boolean alignedIn(int i, List<Integer> readers) {
    return readers.stream()
        .allMatch(c -> {
          Op op = graph.entries().get(c).op();
          return aligned[c]
              && !(op instanceof View)
              && !(op instanceof Join)
              && !(op instanceof Index.Take)
              && !accumulates(op);
        });
  }

  private boolean joins(int i, int root, List<Integer> readers) {
    TensorType mine = graph.entries().get(i).types().getFirst();
    TensorType theirs = graph.entries().get(root).types().getFirst();
    Op op = graph.entries().get(root).op();
    return !whole[root]
        && !accumulates(op)
        && mine.shape().equals(theirs.shape())
        && !(graph.entries().get(i).op() instanceof View)
        && alignedIn(i, readers);
  }

  /** Whether results depend on elements of other positions: the op is the root of its kernel. */
  private static boolean accumulates(Op op) {
    return op instanceof Reduce || op instanceof Accumulate || op instanceof Scatter;
  }

  private static boolean cheap(Op op) {
    return op instanceof Leaf.Fill
        || op instanceof Binary.Equal
        || op instanceof Binary.Less
        || op instanceof Binary.LessOrEqual
        || op instanceof Index.Iota
        || op instanceof Index.Position
        || op instanceof Random
        || op instanceof View;
  }

  /** Whether a reshape only adds or drops axes of extent 1. */
  private boolean unitOnly(int i) {
    Entry entry = graph.entries().get(i);
    return graph
        .type(entry.inputs().getFirst())
        .shape()
        .withoutUnits()
        .equals(entry.types().getFirst().shape().withoutUnits());
  }

  /** Appends a group after the groups it reads; depth is bounded by an explicit stack. */
  private void emit(int root, List<Group> groups, Set<Integer> done) {
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
          List<Ref> outputs = Objects.requireNonNull(roots.get(current));
          groups.add(whole[current] ? whole(current, outputs) : new Fused(outputs));
        }
      } else {
        Collections.reverse(missing);
        stack.addAll(missing);
      }
    }
  }

  private Group whole(int i, List<Ref> outputs) {
    Entry entry = graph.entries().get(i);
    List<TensorType> types = entry.inputs().stream().map(graph::type).toList();
    if (!(entry.op() instanceof Region region) || runsWhole.test(region, types)) {
      return new Whole(i, outputs);
    }
    int carries = region instanceof Scan scan ? scan.carries() : 0;
    return new Nested(
        i,
        outputs,
        region.bodies().stream()
            .map(body -> group(BodyGraph.stored(body, carries), runsWhole))
            .toList());
  }

  /** The roots of the groups that a group reads. */
  private Set<Integer> reads(int root) {
    Set<Integer> out = new HashSet<>();
    Set<Integer> seen = new HashSet<>();
    List<Integer> work = new ArrayList<>();
    Objects.requireNonNull(roots.get(root)).forEach(r -> work.add(r.entry()));
    while (!work.isEmpty()) {
      int i = work.removeLast();
      for (Ref input : graph.entries().get(i).inputs()) {
        if (!seen.add(input.entry())) {
          continue;
        }
        Set<Integer> home = homes(input.entry());
        if (stored[input.entry()] && !home.isEmpty() && !home.contains(root)) {
          out.addAll(home);
        } else {
          work.add(input.entry());
        }
      }
    }
    return out;
  }
}

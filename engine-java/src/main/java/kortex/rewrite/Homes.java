package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Join;
import kortex.op.Reduce;
import kortex.op.Scatter;

/**
 * The groups so far, and which of them compute an entry. A group is named by its root; a part of a
 * concatenation of unequal ones, which is computed as in a group of its own, by a number behind
 * those of all entries.
 */
final class Homes {
  private final Graph graph;
  private final Map<Integer, Set<Integer>> groups = new HashMap<>();

  /** What each group stores, by its root. */
  private final SortedMap<Integer, List<Ref>> outputs = new TreeMap<>();

  /** The first part of each concatenation, and the concatenation of each part. */
  private final Map<Integer, Integer> firstPart = new HashMap<>();

  private final List<Ref> parts = new ArrayList<>();

  /** Entries whose value is kept in a buffer. */
  private final boolean[] stored;

  Homes(Graph graph) {
    this.graph = graph;
    this.stored = new boolean[graph.entries().size()];
  }

  boolean isStored(int i) {
    return stored[i];
  }

  /** The roots of all groups, in the order of the graph. */
  Iterable<Integer> roots() {
    return outputs.keySet();
  }

  /** What a group stores. */
  List<Ref> outputs(int root) {
    return Objects.requireNonNull(outputs.get(root));
  }

  /** The groups that compute an entry, whether it is stored or not. */
  Set<Integer> groups(int i) {
    return groups.getOrDefault(i, Set.of());
  }

  /** The roots of the groups that compute an entry. */
  Set<Integer> roots(int i) {
    if (parts.isEmpty()) {
      return groups(i);
    }
    Set<Integer> out = new HashSet<>();
    groups(i).forEach(g -> out.add(isPart(g) ? part(g).entry() : g));
    return out;
  }

  /** The groups in which consumer {@code c} reads entry {@code i}. */
  Set<Integer> reading(int i, int c) {
    Integer first = firstPart.get(c);
    if (first == null) {
      return groups(c);
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

  boolean isPart(int group) {
    return group >= stored.length;
  }

  private Ref part(int group) {
    return parts.get(group - stored.length);
  }

  /** The number of points of a group's iteration space. */
  long points(int group) {
    if (isPart(group)) {
      Ref part = part(group);
      return graph.type(graph.entry(part).inputs().get(part.output())).size();
    }
    Entry root = graph.entries().get(group);
    // A scatter runs over its updates, its last input, a concatenation over one of its parts; all
    // others have one of the size that counts.
    return root.op() instanceof Reduce
            || root.op() instanceof Scatter
            || root.op() instanceof Join.Concat
        ? graph.type(root.inputs().getLast()).size()
        : root.types().getFirst().size();
  }

  /** Says that an entry is in memory, where no group puts it. */
  void inMemory(int i) {
    stored[i] = true;
  }

  /** Says that groups compute an entry where they read it. */
  void compute(int i, Set<Integer> readers) {
    groups.put(i, readers);
  }

  /** Says that a group stores an entry on its way. */
  void storeIn(int i, int group) {
    stored[i] = true;
    groups.put(i, Set.of(group));
    outputs(group).add(new Ref(i, 0));
  }

  /** Gives an entry a group of its own. */
  void open(int root) {
    stored[root] = true;
    groups.put(root, Set.of(root));
    List<Ref> results = new ArrayList<>();
    for (int o = 0; o < graph.entries().get(root).types().size(); o++) {
      results.add(new Ref(root, o));
    }
    outputs.put(root, results);
  }

  /** Gives a concatenation a group of its own, and each of its inputs a part. */
  void openParts(int root) {
    open(root);
    firstPart.put(root, stored.length + parts.size());
    for (int k = 0; k < graph.entries().get(root).inputs().size(); k++) {
      parts.add(new Ref(root, k));
    }
  }
}

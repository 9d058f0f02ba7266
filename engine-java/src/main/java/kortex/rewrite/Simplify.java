package kortex.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kortex.graph.BodyGraph;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Body;
import kortex.op.Emit;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Region;
import kortex.tensor.TensorType;

/**
 * Writes a graph anew, leaves first, through {@link Rules}: equal entries are shared, constants
 * folded, and what no result needs is left out.
 */
public final class Simplify implements Emit<Ref> {
  private static final Ref GONE = new Ref(-1, 0);

  private final List<Entry> entries = new ArrayList<>();
  private final Map<Entry, Integer> known = new HashMap<>();

  private Simplify() {}

  /** The simplified graph; its leaves are those of {@code graph}, in order. */
  public static Graph run(Graph graph) {
    return new Simplify().rewrite(ScanMerge.run(Inline.run(graph)));
  }

  /** A graph to be written of leaves of the given types, which come first. */
  static Simplify of(List<TensorType> leaves) {
    Simplify out = new Simplify();
    leaves.forEach(t -> out.entries.add(new Entry(new Leaf.Read(t), List.of(), List.of(t))));
    return out;
  }

  /** What was written, as a body of these results. */
  Body body(List<Ref> results) {
    return BodyGraph.body(dropDead(new Graph(entries, results, List.of())));
  }

  /** Writes a body out, simplified, and returns its results. */
  List<Ref> write(Body body, List<Ref> arguments) {
    Graph graph = ScanMerge.run(Inline.run(BodyGraph.of(body)));
    Map<Integer, List<Ref>> mapped = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      mapped.put(i, List.of(arguments.get(i)));
    }
    write(graph, mapped);
    return graph.outputs().stream().map(r -> map(mapped, r)).toList();
  }

  private void write(Graph graph, Map<Integer, List<Ref>> mapped) {
    Prune prune = Prune.of(graph);
    for (int i = 0; i < graph.entries().size(); i++) {
      if (prune.live(i) && !mapped.containsKey(i)) {
        Entry entry = graph.entries().get(i);
        Prune.Smaller smaller = prune.smaller(i).orElse(null);
        List<Ref> inputs =
            (smaller == null ? entry.inputs() : Prune.pick(entry.inputs(), smaller.inputs()))
                .stream().map(r -> map(mapped, r)).toList();
        mapped.put(
            i,
            smaller == null
                ? emit(entry.op(), inputs)
                : spread(entry.types().size(), smaller, emit(smaller.op(), inputs)));
      }
    }
  }

  /** The outputs of a region in their old places; nothing reads those that are gone. */
  private static List<Ref> spread(int outputs, Prune.Smaller smaller, List<Ref> left) {
    List<Ref> out = new ArrayList<>(Collections.nCopies(outputs, GONE));
    for (int i = 0; i < left.size(); i++) {
      out.set(smaller.outputs().get(i), left.get(i));
    }
    return out;
  }

  private Graph rewrite(Graph graph) {
    Map<Integer, List<Ref>> mapped = new HashMap<>();
    for (int leaf : graph.leaves()) {
      entries.add(graph.entries().get(leaf));
      mapped.put(leaf, List.of(new Ref(entries.size() - 1, 0)));
    }
    write(graph, mapped);
    return dropDead(
        new Graph(
            entries,
            graph.outputs().stream().map(r -> map(mapped, r)).toList(),
            graph.updates().stream()
                .map(u ->
                    new Graph.Update(
                        map(mapped, new Ref(u.target(), 0)).entry(), map(mapped, u.value())))
                .toList()));
  }

  private static Ref map(Map<Integer, List<Ref>> mapped, Ref ref) {
    return java.util.Objects.requireNonNull(mapped.get(ref.entry())).get(ref.output());
  }

  private static boolean[] live(Graph graph) {
    boolean[] live = new boolean[graph.entries().size()];
    graph.results().forEach(r -> live[r.entry()] = true);
    for (int i = live.length - 1; i >= 0; i--) {
      if (live[i]) {
        graph.entries().get(i).inputs().forEach(r -> live[r.entry()] = true);
      }
    }
    return live;
  }

  /** Rules leave entries behind that nothing reads any more. */
  private static Graph dropDead(Graph graph) {
    boolean[] live = live(graph);
    int[] number = new int[live.length];
    List<Entry> kept = new ArrayList<>();
    for (int i = 0; i < live.length; i++) {
      Entry entry = graph.entries().get(i);
      if (live[i] || entry.op() instanceof Leaf.Read) {
        number[i] = kept.size();
        kept.add(
            new Entry(
                entry.op(),
                entry.inputs().stream().map(r -> new Ref(number[r.entry()], r.output())).toList(),
                entry.types()));
      }
    }
    return new Graph(
        kept,
        graph.outputs().stream().map(r -> new Ref(number[r.entry()], r.output())).toList(),
        graph.updates().stream()
            .map(u ->
                new Graph.Update(
                    number[u.target()], new Ref(number[u.value().entry()], u.value().output())))
            .toList());
  }

  @Override
  public TensorType type(Ref value) {
    return entries.get(value.entry()).types().get(value.output());
  }

  /** The entry that makes a value. */
  Entry entry(Ref value) {
    return entries.get(value.entry());
  }

  @Override
  public List<Ref> emit(Op op, List<Ref> inputs) {
    return op instanceof Region region
        ? RegionRules.apply(this, region, inputs)
        : Rules.apply(this, op, inputs).map(List::of).orElseGet(() -> append(op, inputs));
  }

  /** Appends an entry as it is, unless there is an equal one. */
  List<Ref> append(Op op, List<Ref> inputs) {
    Entry entry =
        new Entry(op, List.copyOf(inputs), op.infer(inputs.stream().map(this::type).toList()));
    int number =
        known.computeIfAbsent(
            entry,
            e -> {
              entries.add(e);
              return entries.size() - 1;
            });
    List<Ref> outputs = new ArrayList<>();
    for (int i = 0; i < entry.types().size(); i++) {
      outputs.add(new Ref(number, i));
    }
    return outputs;
  }
}

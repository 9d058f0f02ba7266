package kortex.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import kortex.graph.BodyGraph;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Attention;
import kortex.op.Body;
import kortex.op.Emit;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Region;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/**
 * Writes a graph anew, leaves first, through {@link Rules}: equal entries are shared, constants
 * folded, and what no result needs is left out.
 */
public final class Simplify implements Emit<Ref> {
  private static final Ref GONE = new Ref(-1, 0);

  private final List<Entry> entries = new ArrayList<>();
  private final List<Integer> sources = new ArrayList<>();
  private final Map<Entry, Integer> known = new HashMap<>();

  private final Predicate<Op> runsHalf;
  private final BiPredicate<Op, List<TensorType>> runsWhole;
  private final AttentionRules attentions = new AttentionRules(this);

  /** The entry of the old graph that is being written. */
  private int source;

  private Simplify(Predicate<Op> runsHalf, BiPredicate<Op, List<TensorType>> runsWhole) {
    this.runsHalf = runsHalf;
    this.runsWhole = runsWhole;
  }

  /** The simplified graph; its leaves are those of {@code graph}, in order. */
  public static Graph run(Graph graph) {
    return trace(graph, op -> true, (op, types) -> true, (op, types) -> false).graph();
  }

  /** A graph to be written for the same backend, of leaves of the given types, which come first. */
  Simplify apart(List<TensorType> leaves) {
    Simplify out = new Simplify(runsHalf, runsWhole);
    for (TensorType type : leaves) {
      out.entries.add(new Entry(new Leaf.Read(type), List.of(), List.of(type)));
      out.sources.add(source);
    }
    return out;
  }

  /** What was written, as a body of these results. */
  Body body(List<Ref> results) {
    return BodyGraph.body(dropDead(new Graph(entries, results, List.of())).graph());
  }

  /** Writes a body out, simplified, and returns its results. */
  List<Ref> write(Body body, List<Ref> arguments) {
    Traced traced = prepared(BodyGraph.of(body));
    Map<Integer, List<Ref>> mapped = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      mapped.put(i, List.of(arguments.get(i)));
    }
    // All of a body comes from the region.
    write(traced.graph(), Collections.nCopies(traced.sources().size(), source), mapped);
    return traced.graph().outputs().stream().map(r -> map(mapped, r)).toList();
  }

  private static Traced prepared(Graph graph) {
    return ScanMerge.run(Inline.run(Traced.of(graph)));
  }

  private void write(Graph graph, List<Integer> from, Map<Integer, List<Ref>> mapped) {
    Prune prune = Prune.of(graph);
    for (int i = 0; i < graph.entries().size(); i++) {
      if (prune.live(i) && !mapped.containsKey(i)) {
        source = from.get(i);
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

  /**
   * The simplified graph, and for each of its entries the entry of {@code graph} it comes from. Ops
   * that accumulate, and that the backend does not run on half precision, are given f32, and their
   * results rounded. Attention that it does not run whole is written out. Convolutions of which
   * {@code wantsLast} is true have channels last.
   */
  public static Traced trace(
      Graph graph,
      Predicate<Op> runsHalf,
      BiPredicate<Op, List<TensorType>> runsWhole,
      BiPredicate<Op, List<TensorType>> wantsLast) {
    Traced simple = new Simplify(runsHalf, runsWhole).rewrite(prepared(graph));
    Traced laid = Layouts.run(simple, wantsLast);
    return Masks.run(laid == simple ? simple : new Simplify(runsHalf, runsWhole).rewrite(laid));
  }

  /** Simplifies a graph again that was made from a simplified one. */
  static Traced again(Traced traced) {
    return new Simplify(op -> true, (op, types) -> true).rewrite(traced);
  }

  private Traced rewrite(Traced traced) {
    Graph graph = traced.graph();
    Map<Integer, List<Ref>> mapped = new HashMap<>();
    for (int leaf : graph.leaves()) {
      entries.add(graph.entries().get(leaf));
      sources.add(traced.sources().get(leaf));
      mapped.put(leaf, List.of(new Ref(entries.size() - 1, 0)));
    }
    write(graph, traced.sources(), mapped);
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
  private Traced dropDead(Graph graph) {
    boolean[] live = live(graph);
    List<Integer> keptSources = new ArrayList<>();
    int[] number = new int[live.length];
    List<Entry> kept = new ArrayList<>();
    for (int i = 0; i < live.length; i++) {
      Entry entry = graph.entries().get(i);
      if (live[i] || entry.op() instanceof Leaf.Read) {
        number[i] = kept.size();
        keptSources.add(sources.get(i));
        kept.add(
            new Entry(
                entry.op(),
                entry.inputs().stream().map(r -> new Ref(number[r.entry()], r.output())).toList(),
                entry.types()));
      }
    }
    Graph compact =
        new Graph(
            kept,
            graph.outputs().stream().map(r -> new Ref(number[r.entry()], r.output())).toList(),
            graph.updates().stream()
                .map(u ->
                    new Graph.Update(
                        number[u.target()], new Ref(number[u.value().entry()], u.value().output())))
                .toList());
    return new Traced(compact, keptSources);
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
    boolean half = inputs.stream().anyMatch(r -> type(r).dtype().isHalf());
    if (half && op.accumulates() && !runsHalf.test(op)) {
      return widened(op, inputs);
    }
    if (op instanceof Attention attention
        && !runsWhole.test(op, inputs.stream().map(this::type).toList())) {
      return attentions.write(attention, inputs);
    }
    return op instanceof Region region
        ? RegionRules.apply(this, region, inputs)
        : Rules.apply(this, op, inputs).map(List::of).orElseGet(() -> append(op, inputs));
  }

  private List<Ref> widened(Op op, List<Ref> inputs) {
    List<TensorType> types = op.infer(inputs.stream().map(this::type).toList());
    List<Ref> wide =
        inputs.stream().map(r -> type(r).dtype().isHalf() ? cast(r, DType.F32) : r).toList();
    List<Ref> results = emit(op, wide);
    List<Ref> rounded = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      rounded.add(cast(results.get(i), types.get(i).dtype()));
    }
    return rounded;
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
              sources.add(source);
              return entries.size() - 1;
            });
    List<Ref> outputs = new ArrayList<>();
    for (int i = 0; i < entry.types().size(); i++) {
      outputs.add(new Ref(number, i));
    }
    return outputs;
  }
}

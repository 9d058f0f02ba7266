package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Emit;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Reduce;
import kortex.op.Region;
import kortex.op.Unary;
import kortex.op.View;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/**
 * Rounds what products and convolutions of f32 read, and most of what they give, to bf16. Sums,
 * elementwise functions, reductions and updates stay f32, and so do the stored values that they
 * update.
 *
 * <ul>
 *   <li>An operand is rounded where it is made, behind no view of it, once for all that read it: a
 *       parameter once in a step.
 *   <li>A result is rounded, behind the bias and activation that are computed with it, where it is
 *       on the way to another product. So the gradient of a parameter is not, nor a sum with a
 *       residual, which would lose a little more with every layer.
 *   <li>A sum over what a product reads, such as the gradient of a bias, reads it rounded too. Then
 *       nothing has to be kept in both dtypes.
 * </ul>
 *
 * <p>What is rounded is widened again where it is read. A product of widened values reads what they
 * were widened from ({@link Epilogues}), and a kernel computes both conversions inside. The bodies
 * of loops and branches stay as they are.
 */
public final class Autocast implements Emit<Ref> {
  private final Graph graph;
  private final BiPredicate<Op, List<TensorType>> wants;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Integer> from = new ArrayList<>();

  /** Where the values of the old graph are. */
  private final Map<Ref, Ref> values = new HashMap<>();

  /** Where they are in bf16, as far as they are needed so. */
  private final Map<Ref, Ref> rounded = new HashMap<>();

  /** The entry of the old graph that is being written. */
  private int source;

  private Autocast(Graph graph, BiPredicate<Op, List<TensorType>> wants) {
    this.graph = graph;
    this.wants = wants;
  }

  /**
   * The simplified graph with products on bf16.
   *
   * @param wants which ops on f32 run on bf16
   * @param runsWhole which ops are no part of a kernel
   * @param takes which ops run on bf16 with an epilogue
   */
  public static Traced run(
      Traced traced,
      BiPredicate<Op, List<TensorType>> wants,
      BiPredicate<Op, List<TensorType>> runsWhole,
      Fusion.Takes takes) {
    Traced operands = new Autocast(traced.graph(), wants).onRounded(traced);
    Set<Integer> ends = new Results(operands.graph(), wants, runsWhole, takes).rounded();
    Traced results = new Autocast(operands.graph(), wants).rounding(ends, operands);
    return Simplify.again(results);
  }

  /** The graph whose products read rounded values. */
  private Traced onRounded(Traced traced) {
    Set<Ref> operands = operands();
    for (source = 0; source < graph.entries().size(); source++) {
      Entry entry = graph.entries().get(source);
      boolean sum = entry.op() instanceof Reduce.Sum && operands.containsAll(entry.inputs());
      boolean half = sum || wants.test(entry.op(), types(graph, entry));
      write(
          entry,
          entry.inputs().stream().map(r -> half ? cast(rounded(r), DType.F32) : value(r)).toList());
    }
    return finish(traced);
  }

  /** What products read, behind the views of it, except for stored values. */
  private Set<Ref> operands() {
    Set<Ref> out = new HashSet<>();
    for (int i = graph.entries().size() - 1; i >= 0; i--) {
      Entry entry = graph.entries().get(i);
      boolean moves = entry.op() instanceof View && out.contains(new Ref(i, 0));
      if (moves || wants.test(entry.op(), types(graph, entry))) {
        out.addAll(entry.inputs());
      }
    }
    out.removeIf(r -> graph.entry(r).op() instanceof Leaf);
    return out;
  }

  /** A value in bf16. What only moves numbers moves the rounded ones. */
  private Ref rounded(Ref old) {
    Ref known = rounded.get(old);
    if (known == null) {
      Entry entry = graph.entry(old);
      known =
          entry.op() instanceof View && graph.type(old).dtype() == DType.F32
              ? one(entry.op(), List.of(rounded(entry.inputs().getFirst())))
              : cast(value(old), DType.BF16);
      rounded.put(old, known);
    }
    return known;
  }

  /** The graph in which some values are rounded as soon as they are made. */
  private Traced rounding(Set<Integer> ends, Traced traced) {
    Map<Ref, Ref> narrow = new HashMap<>();
    for (source = 0; source < graph.entries().size(); source++) {
      Entry entry = graph.entries().get(source);
      Ref out = new Ref(source, 0);
      Ref known = entry.inputs().size() == 1 ? narrow.get(entry.inputs().getFirst()) : null;
      if (known != null && entry.op() instanceof Unary.Cast cast && cast.to() == DType.BF16) {
        values.put(out, known);
      } else if (known != null && entry.op() instanceof View) {
        narrow.put(out, one(entry.op(), List.of(known)));
        values.put(out, cast(Objects.requireNonNull(narrow.get(out)), DType.F32));
      } else {
        write(entry, entry.inputs().stream().map(this::value).toList());
      }
      if (ends.contains(source)) {
        narrow.put(out, cast(value(out), DType.BF16));
        values.put(out, cast(Objects.requireNonNull(narrow.get(out)), DType.F32));
      }
    }
    return finish(traced);
  }

  private static List<TensorType> types(Graph graph, Entry entry) {
    return entry.inputs().stream().map(graph::type).toList();
  }

  private Ref value(Ref old) {
    return Objects.requireNonNull(values.get(old));
  }

  private void write(Entry entry, List<Ref> inputs) {
    List<Ref> outputs = emit(entry.op(), inputs);
    for (int o = 0; o < outputs.size(); o++) {
      values.put(new Ref(source, o), outputs.get(o));
    }
  }

  private Traced finish(Traced traced) {
    List<Ref> outputs = graph.outputs().stream().map(this::value).toList();
    List<Graph.Update> updates =
        graph.updates().stream()
            .map(u -> new Graph.Update(value(new Ref(u.target(), 0)).entry(), value(u.value())))
            .toList();
    return traced.rewritten(new Graph(entries, outputs, updates), from);
  }

  @Override
  public TensorType type(Ref value) {
    return entries.get(value.entry()).types().get(value.output());
  }

  @Override
  public List<Ref> emit(Op op, List<Ref> inputs) {
    Entry entry = new Entry(op, inputs, op.infer(inputs.stream().map(this::type).toList()));
    entries.add(entry);
    from.add(source);
    List<Ref> out = new ArrayList<>();
    for (int o = 0; o < entry.types().size(); o++) {
      out.add(new Ref(entries.size() - 1, o));
    }
    return out;
  }

  /** Which results of products are rounded before anything reads them. */
  private static final class Results {
    private final Graph graph;
    private final BiPredicate<Op, List<TensorType>> wants;
    private final BiPredicate<Op, List<TensorType>> runsWhole;
    private final Epilogues epilogues;
    private final List<List<Integer>> readers = new ArrayList<>();
    private final Set<Integer> results = new HashSet<>();

    /** Entries on the way to a product. */
    private final boolean[] leads;

    Results(
        Graph graph,
        BiPredicate<Op, List<TensorType>> wants,
        BiPredicate<Op, List<TensorType>> runsWhole,
        Fusion.Takes takes) {
      this.graph = graph;
      this.wants = wants;
      this.runsWhole = runsWhole;
      this.epilogues = new Epilogues(graph, takes);
      this.leads = new boolean[graph.entries().size()];
      graph.entries().forEach(e -> readers.add(new ArrayList<>()));
      graph.results().forEach(r -> results.add(r.entry()));
      for (int i = leads.length - 1; i >= 0; i--) {
        Entry entry = graph.entries().get(i);
        boolean onTheWay = leads[i] || wants(entry);
        for (Ref input : entry.inputs()) {
          readers.get(input.entry()).add(i);
          leads[input.entry()] |= onTheWay;
        }
      }
    }

    private boolean wants(Entry entry) {
      return wants.test(entry.op(), types(graph, entry));
    }

    /** The last entries of those products and of what is computed with them. */
    Set<Integer> rounded() {
      Set<Integer> out = new HashSet<>();
      for (int i = 0; i < leads.length; i++) {
        if (wants(graph.entries().get(i))) {
          int end = epilogues.end(i).orElse(i);
          boolean sum = epilogues.endingAt(end).filter(t -> t.epilogue().residual()).isPresent();
          if (!sum
              && leads[end]
              && graph.type(new Ref(end, 0)).dtype() == DType.F32
              && isReadInKernels(end)) {
            out.add(end);
          }
        }
      }
      return out;
    }

    /** Whether only kernels read a value, and what moves its numbers about. */
    private boolean isReadInKernels(int entry) {
      if (results.contains(entry)) {
        return false;
      }
      for (int reader : readers.get(entry)) {
        Entry other = graph.entries().get(reader);
        boolean fits =
            other.op() instanceof View
                ? isReadInKernels(reader)
                : other.op() instanceof Unary.Cast
                    || !(other.op() instanceof Region
                        || runsWhole.test(other.op(), types(graph, other)));
        if (!fits) {
          return false;
        }
      }
      return true;
    }
  }
}

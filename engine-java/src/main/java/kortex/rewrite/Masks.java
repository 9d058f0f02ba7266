package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Binary;
import kortex.op.Leaf;
import kortex.op.Select;

/**
 * Lets the gradient of {@code y = relu(x)} look at {@code y} instead of {@code x}: {@code x ≤ 0}
 * holds where {@code y ≤ 0} does, also for NaN. So {@code x} need not be kept, which is as large as
 * {@code y}, and {@code y} is kept anyway for the gradient of what follows.
 */
final class Masks {
  private final Graph graph;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Integer> from = new ArrayList<>();

  /** The new number of each old entry. */
  private final int[] numbers;

  /** The first relu of each comparison {@code x ≤ 0}, by old numbers. */
  private final Map<Integer, Integer> relus = new HashMap<>();

  /** The comparison {@code y ≤ 0} of each relu, by the old number of the relu. */
  private final Map<Integer, Ref> masks = new HashMap<>();

  private Masks(Graph graph) {
    this.graph = graph;
    this.numbers = new int[graph.entries().size()];
  }

  /** The graph with masks of results instead of arguments. */
  static Traced run(Traced traced) {
    Masks masks = new Masks(traced.graph());
    return traced.rewritten(masks.rewrite(), masks.from);
  }

  private Graph rewrite() {
    for (int i = 0; i < numbers.length; i++) {
      Entry entry = graph.entries().get(i);
      List<Ref> inputs = new ArrayList<>();
      boolean relu = isRelu(entry);
      for (Ref input : entry.inputs()) {
        Integer y = relu ? null : relus.get(input.entry());
        inputs.add(y == null ? moved(input) : mask(y, i));
      }
      if (relu) {
        relus.putIfAbsent(entry.inputs().getFirst().entry(), i);
      }
      numbers[i] = add(new Entry(entry.op(), inputs, entry.types()), i);
    }
    return new Graph(
        entries,
        graph.outputs().stream().map(this::moved).toList(),
        graph.updates().stream()
            .map(u -> new Graph.Update(numbers[u.target()], moved(u.value())))
            .toList());
  }

  private int add(Entry entry, int source) {
    entries.add(entry);
    from.add(source);
    return entries.size() - 1;
  }

  private Ref moved(Ref ref) {
    return new Ref(numbers[ref.entry()], ref.output());
  }

  private Ref mask(int relu, int source) {
    return masks.computeIfAbsent(
        relu,
        y -> {
          Entry select = graph.entries().get(y);
          Entry comparison = graph.entry(select.inputs().getFirst());
          List<Ref> inputs = List.of(moved(new Ref(y, 0)), moved(comparison.inputs().getLast()));
          return new Ref(add(new Entry(comparison.op(), inputs, comparison.types()), source), 0);
        });
  }

  /** Whether an entry is {@code x ≤ 0 ? 0 : x}. */
  private boolean isRelu(Entry entry) {
    if (!(entry.op() instanceof Select)) {
      return false;
    }
    Entry comparison = graph.entry(entry.inputs().get(0));
    return comparison.op() instanceof Binary.LessOrEqual
        && comparison.inputs().getFirst().equals(entry.inputs().get(2))
        && isZero(comparison.inputs().getLast())
        && isZero(entry.inputs().get(1));
  }

  private boolean isZero(Ref ref) {
    return graph.entry(ref).op() instanceof Leaf.Fill fill && fill.value() == 0;
  }
}

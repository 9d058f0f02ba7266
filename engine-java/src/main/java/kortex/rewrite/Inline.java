package kortex.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Checkpoint;
import kortex.op.CustomGradient;
import kortex.op.Emit;
import kortex.op.Op;
import kortex.tensor.TensorType;

/** Writes out the regions that matter to differentiation only, which is over by now. */
final class Inline implements Emit<Ref> {
  private final List<Entry> entries = new ArrayList<>();
  private final List<Integer> from = new ArrayList<>();

  private Inline() {}

  /** The graph without checkpoints and custom gradients; its leaves keep their order. */
  static Traced run(Traced traced) {
    return traced.graph().entries().stream().anyMatch(e -> isTransparent(e.op()))
        ? new Inline().rewrite(traced)
        : traced;
  }

  private static boolean isTransparent(Op op) {
    return op instanceof Checkpoint || op instanceof CustomGradient;
  }

  private Traced rewrite(Traced traced) {
    Graph graph = traced.graph();
    List<List<Ref>> mapped = new ArrayList<>();
    for (Entry entry : graph.entries()) {
      int number = mapped.size();
      mapped.add(emit(entry.op(), entry.inputs().stream().map(r -> at(mapped, r)).toList()));
      while (from.size() < entries.size()) {
        from.add(number);
      }
    }
    Graph inlined =
        new Graph(
            entries,
            graph.outputs().stream().map(r -> at(mapped, r)).toList(),
            graph.updates().stream()
                .map(u ->
                    new Graph.Update(
                        at(mapped, new Ref(u.target(), 0)).entry(), at(mapped, u.value())))
                .toList());
    return traced.rewritten(inlined, from);
  }

  private static Ref at(List<List<Ref>> mapped, Ref ref) {
    return mapped.get(ref.entry()).get(ref.output());
  }

  @Override
  public TensorType type(Ref value) {
    return entries.get(value.entry()).types().get(value.output());
  }

  @Override
  public List<Ref> emit(Op op, List<Ref> inputs) {
    if (op instanceof Checkpoint region) {
      return region.body().inline(this, inputs);
    }
    if (op instanceof CustomGradient region) {
      return region.forward().inline(this, inputs.subList(0, region.forward().parameters()));
    }
    List<TensorType> types = op.infer(inputs.stream().map(this::type).toList());
    entries.add(new Entry(op, List.copyOf(inputs), types));
    int number = entries.size() - 1;
    return IntStream.range(0, types.size()).mapToObj(o -> new Ref(number, o)).toList();
  }
}

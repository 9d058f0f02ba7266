package kortex.graph;

import java.util.List;
import kortex.op.Leaf;
import kortex.tensor.TensorType;

/** Checks the rules of a flat graph; run after each rewrite in tests. */
public final class GraphVerifier {
  private GraphVerifier() {}

  /** Throws {@link IllegalStateException} naming {@code pass} when a rule is broken. */
  public static Graph verify(Graph graph, String pass) {
    for (int i = 0; i < graph.entries().size(); i++) {
      Graph.Entry entry = graph.entries().get(i);
      for (Graph.Ref ref : entry.inputs()) {
        require(ref.entry() < i, pass, i, "reads entry " + ref.entry() + " before it is computed");
        require(
            ref.output() < graph.entries().get(ref.entry()).types().size(),
            pass,
            i,
            "reads no output");
      }
      List<TensorType> inferred =
          entry.op().infer(entry.inputs().stream().map(graph::type).toList());
      require(
          inferred.equals(entry.types()), pass, i, "has " + entry.types() + ", infers " + inferred);
    }
    for (Graph.Ref ref : graph.results()) {
      require(ref.entry() < graph.entries().size(), pass, ref.entry(), "is a result but no entry");
    }
    for (Graph.Update update : graph.updates()) {
      Graph.Entry target = graph.entries().get(update.target());
      require(target.op() instanceof Leaf.Read, pass, update.target(), "is updated but not stored");
      require(
          target.types().getFirst().equals(graph.type(update.value())),
          pass,
          update.target(),
          "is updated by another type");
    }
    return graph;
  }

  private static void require(boolean rule, String pass, int entry, String what) {
    if (!rule) {
      throw new IllegalStateException("after " + pass + ": entry " + entry + " " + what);
    }
  }
}

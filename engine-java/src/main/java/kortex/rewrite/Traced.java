package kortex.rewrite;

import java.util.List;
import java.util.stream.IntStream;
import kortex.graph.Graph;

/** A rewritten graph, and for each of its entries the entry of the first graph it comes from. */
public record Traced(Graph graph, List<Integer> sources) {
  public Traced {
    sources = List.copyOf(sources);
  }

  /** A graph that nothing has rewritten. */
  static Traced of(Graph graph) {
    return new Traced(graph, IntStream.range(0, graph.entries().size()).boxed().toList());
  }

  /** A graph made from this one; {@code from} are entries of this one. */
  Traced rewritten(Graph next, List<Integer> from) {
    return new Traced(next, from.stream().map(sources::get).toList());
  }
}

package kortex.graph;

import java.util.stream.Collectors;

/** Writes a flat graph as text, an entry a line: {@code %3 = Add[](%0, %1): f32[64, 10]}. */
public final class GraphPrinter {
  private GraphPrinter() {}

  /** The graph as text. */
  public static String print(Graph graph) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < graph.entries().size(); i++) {
      Graph.Entry entry = graph.entries().get(i);
      String inputs =
          entry.inputs().stream().map(GraphPrinter::name).collect(Collectors.joining(", "));
      String types = entry.types().stream().map(Object::toString).collect(Collectors.joining(", "));
      out.append('%').append(i).append(" = ").append(entry.op()).append('(').append(inputs);
      out.append("): ").append(types).append('\n');
    }
    for (Graph.Ref ref : graph.outputs()) {
      out.append("return ").append(name(ref)).append('\n');
    }
    for (Graph.Update u : graph.updates()) {
      out.append("update %").append(u.target()).append(" <- ").append(name(u.value())).append('\n');
    }
    return out.toString();
  }

  private static String name(Graph.Ref ref) {
    return "%" + ref.entry() + (ref.output() == 0 ? "" : "." + ref.output());
  }
}

package kortex.session;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kortex.backend.Backend;
import kortex.graph.BodyGraph;
import kortex.graph.Graph;
import kortex.graph.Origin;
import kortex.op.Op;
import kortex.op.Region;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** Finds the ops of a computation that its backend can run in several ways. */
final class Choices {
  private final Backend backend;
  private final List<Explanation.Choice> out = new ArrayList<>();

  private Choices(Backend backend) {
    this.backend = backend;
  }

  static List<Explanation.Choice> of(Backend backend, Graph.Captured captured) {
    Choices choices = new Choices(backend);
    for (int i = 0; i < captured.graph().entries().size(); i++) {
      choices.add(captured.graph(), i, captured.origins().get(i));
    }
    return choices.out;
  }

  private void add(Graph graph, int number, Origin from) {
    Graph.Entry entry = graph.entries().get(number);
    if (entry.op() instanceof Region region) {
      for (Graph body : region.bodies().stream().map(BodyGraph::of).toList()) {
        for (int i = 0; i < body.entries().size(); i++) {
          add(body, i, from);
        }
      }
      return;
    }
    List<TensorType> inputs =
        entry.inputs().stream().map(r -> given(entry.op(), graph.type(r))).toList();
    backend
        .choice(entry.op(), inputs)
        .ifPresent(how -> out.add(new Explanation.Choice(what(entry.op(), inputs), how, from)));
  }

  /** The type that an op gets on this backend. */
  private TensorType given(Op op, TensorType type) {
    boolean widened = type.dtype().isHalf() && op.accumulates() && !backend.runsHalf(op);
    return widened ? type.as(DType.F32) : type;
  }

  private static String what(Op op, List<TensorType> inputs) {
    return op.label()
        + inputs.stream()
            .limit(3)
            .map(TensorType::toString)
            .collect(Collectors.joining(", ", " ", ""));
  }
}

package kortex.autodiff;

import java.util.List;
import java.util.function.Function;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.rewrite.Simplify;

/** Forward derivatives of which one can see what is left of their dummy gradient. */
public final class Dummies {
  private final Tensor tangent;
  private final Storage dummy;

  private Dummies(Tensor tangent, Storage dummy) {
    this.tangent = tangent;
    this.dummy = dummy;
  }

  /** As {@link Transforms#jvp}, with NaN for the dummy. */
  public static Dummies of(
      Function<List<Tensor>, Tensor> f, List<Tensor> xs, List<Tensor> tangents) {
    Point<List<Tensor>> at = Point.at(Structure.tensors(), xs);
    Value y = f.apply(at.value()).value();
    Storage dummy = Storage.zeros(y.type());
    for (long i = 0; i < y.type().size(); i++) {
      HostMemory.set(dummy.host(), y.type().dtype(), i, Double.NaN);
    }
    Value leaf = Tensor.of(dummy).value();
    List<Value> along = Point.values(tangents);
    List<Value> pushed = Forward.push(List.of(y), List.of(leaf), at.values(), along);
    return new Dummies(Tensor.of(pushed.getFirst()), dummy);
  }

  /** The derivative. */
  public Tensor tangent() {
    return tangent;
  }

  /** Whether the compiled computation reads the dummy. */
  public boolean read() {
    Graph.Captured captured = Graph.capture(List.of(tangent.value()), List.of());
    int leaf = captured.leaves().indexOf(dummy);
    Graph simple = Simplify.run(captured.graph());
    return leaf >= 0
        && simple.entries().stream()
            .flatMap(e -> e.inputs().stream())
            .anyMatch(r -> r.entry() == simple.leaves().get(leaf));
  }
}

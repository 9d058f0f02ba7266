package kortex.autodiff;

import java.util.List;
import java.util.function.Function;
import kortex.graph.Node;
import kortex.graph.Tensor;
import kortex.graph.Value;

/** Forward derivatives that cannot be computed if anything is left of their dummy gradient. */
public final class Dummies {
  private Dummies() {}

  /** As {@link Transforms#jvp}, with a placeholder for the dummy. */
  public static Tensor tangent(
      Function<List<Tensor>, Tensor> f, List<Tensor> xs, List<Tensor> tangents) {
    Point<List<Tensor>> at = Point.at(Structure.tensors(), xs);
    Value y = f.apply(at.value()).value();
    Value dummy = Node.placeholder(y.type(), "a dummy").out(0);
    return Tensor.of(
        Forward.push(List.of(y), List.of(dummy), at.values(), Point.values(tangents)).getFirst());
  }
}

package kortex.autodiff;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import kortex.graph.Node;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.tensor.TensorType;

/** Forward derivatives that cannot be computed if anything is left of their dummy gradient. */
public final class Dummies {
  private Dummies() {}

  /** As {@link Transforms#jvp}, with a placeholder for the dummy, which must not be read. */
  public static Tensor tangentOfNothing(
      Function<List<Tensor>, Tensor> f, List<Tensor> xs, List<Tensor> tangents) {
    return tangent(f, xs, tangents, type -> Node.placeholder(type, "a dummy").out(0));
  }

  /** The same, with NaN for the dummy, which must not reach the result. */
  public static Tensor tangentOfNan(
      Function<List<Tensor>, Tensor> f, List<Tensor> xs, List<Tensor> tangents) {
    return tangent(
        f,
        xs,
        tangents,
        type -> {
          double[] nan = new double[Math.toIntExact(type.size())];
          Arrays.fill(nan, Double.NaN);
          return Tensor.of(nan, type.shape().toArray()).value();
        });
  }

  private static Tensor tangent(
      Function<List<Tensor>, Tensor> f,
      List<Tensor> xs,
      List<Tensor> tangents,
      Function<TensorType, Value> dummies) {
    Point<List<Tensor>> at = Point.at(Structure.tensors(), xs);
    Value y = f.apply(at.value()).value();
    Value dummy = dummies.apply(y.type());
    return Tensor.of(
        Forward.push(List.of(y), List.of(dummy), at.values(), Point.values(tangents)).getFirst());
  }
}

package kortex.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kortex.graph.GraphEmit;
import kortex.graph.Node;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** All derivatives of a result: one graph, for every element of a basis at once. */
final class Jacobian {
  private static final GraphEmit EMIT = GraphEmit.INSTANCE;

  private Jacobian() {}

  /**
   * {@code [y.., x..]} for each of {@code xs}: row by row backwards, or column by column forwards,
   * whichever are fewer.
   */
  static List<Value> of(Value y, List<Value> xs) {
    long columns = xs.stream().mapToLong(x -> x.type().size()).sum();
    return y.type().size() <= columns ? rows(y, xs) : xs.stream().map(x -> columns(y, x)).toList();
  }

  /** By the gradient of each element of {@code y}. */
  static List<Value> rows(Value y, List<Value> xs) {
    Shape shape = y.type().shape();
    Value seed = Node.placeholder(y.type(), "a row of a jacobian").out(0);
    List<Value> one = Reverse.gradients(List.of(y), List.of(seed), xs);
    List<Value> all = Batching.run(one, Map.of(seed, basis(y.type())), shape.size());
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < xs.size(); i++) {
      out.add(EMIT.reshape(all.get(i), join(shape, xs.get(i).type().shape())));
    }
    return out;
  }

  /** By the derivative along each element of {@code x}. */
  static Value columns(Value y, Value x) {
    Shape shape = y.type().shape();
    Value along = Node.placeholder(x.type(), "a column of a jacobian").out(0);
    List<Value> one = Forward.push(List.of(y), List.of(x), List.of(along));
    Value all = Batching.run(one, Map.of(along, basis(x.type())), x.type().size()).getFirst();
    List<Integer> last = new ArrayList<>(Axis.range(1, shape.rank() + 1));
    last.add(0);
    Value moved = EMIT.one(new View.Permute(List.copyOf(last)), List.of(all));
    return EMIT.reshape(moved, join(shape, x.type().shape()));
  }

  /** One-hot values of a type along a first axis: {@code [size, shape..]}. */
  private static Value basis(TensorType type) {
    TensorType square = new TensorType(DType.I64, Shape.of(type.size(), type.size()));
    Tensor eye = Tensor.iota(square, 0).equal(Tensor.iota(square, 1)).cast(type.dtype());
    return EMIT.reshape(eye.value(), type.shape().prepend(type.size()));
  }

  private static Shape join(Shape outer, Shape inner) {
    Shape out = inner;
    for (int i = outer.rank() - 1; i >= 0; i--) {
      out = out.prepend(outer.extent(i));
    }
    return out;
  }
}

package kortex.autodiff;

import java.util.List;
import java.util.function.Function;
import kortex.graph.Node;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.op.View;

/**
 * Where a function is differentiated: its argument, with fresh nodes for its tensors. The function
 * depends on these nodes only where it uses its argument, not where it uses the same tensors
 * captured from outside.
 */
record Point<T>(Structure<T> structure, T value, List<Value> values) {
  static <T> Point<T> at(Structure<T> structure, T x) {
    List<Value> given = values(structure.leaves(x));
    History.settle(given).forEach(Node::beginRound);
    List<Value> values = given.stream().map(Point::same).toList();
    return new Point<>(structure, structure.with(x, tensors(values)), values);
  }

  /** The function there. */
  <R> R apply(Function<T, R> f) {
    return History.keep(f, value);
  }

  /** A value like the argument, of other tensors. */
  T like(List<Value> leaves) {
    return structure.with(value, tensors(leaves));
  }

  /** A reshape to the same shape: gradients pass, and it is simplified away. */
  private static Value same(Value x) {
    return Node.apply(new View.Reshape(x.type().shape()), List.of(x)).out(0);
  }

  static List<Tensor> tensors(List<Value> values) {
    return values.stream().map(Tensor::of).toList();
  }

  static List<Value> values(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::value).toList();
  }
}

package kortex.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** The same elements in another shape or order. */
public sealed interface Shaping extends Handle permits Tensor {

  /** The same elements in another shape; one extent may be −1 and is inferred. */
  default Tensor reshape(long... extents) {
    long[] resolved = extents.clone();
    long known = 1;
    int open = -1;
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= extents[i];
      }
    }
    if (open >= 0) {
      resolved[open] = known == 0 ? 0 : type().size() / known;
    }
    return Tensor.of(GraphEmit.INSTANCE.reshape(value(), Shape.of(resolved)));
  }

  /** NumPy broadcasting to a shape. */
  default Tensor broadcastTo(Shape shape) {
    return Tensor.of(GraphEmit.INSTANCE.broadcastTo(value(), shape));
  }

  /** Axes in another order. */
  default Tensor permute(int... order) {
    List<Integer> normal = new ArrayList<>();
    for (int axis : order) {
      normal.add(Axis.normalise(axis, shape().rank()));
    }
    return apply(new View.Permute(normal));
  }

  /** The last two axes swapped. */
  default Tensor transpose() {
    List<Integer> order = new ArrayList<>(Axis.range(0, shape().rank()));
    if (order.size() < 2) {
      throw new ShapeException("cannot transpose " + type(), "Reshape it to a matrix first.");
    }
    Collections.swap(order, order.size() - 1, order.size() - 2);
    return apply(new View.Permute(order));
  }

  /** This tensor without an axis of extent 1. */
  default Tensor squeeze(int axis) {
    Shape kept =
        Shape.of(
            Axis.without(shape().rank(), List.of(axis)).stream().map(shape()::extent).toList());
    return Tensor.of(GraphEmit.INSTANCE.reshape(value(), kept));
  }
}

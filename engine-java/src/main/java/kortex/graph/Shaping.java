package kortex.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** The same elements in another shape or order. */
public sealed interface Shaping extends Handle permits Tensor {
  private Tensor shaped(Shape shape) {
    return Tensor.of(GraphEmit.INSTANCE.reshape(value(), shape));
  }

  /** The same elements in another shape; one extent may be −1 and is inferred. */
  default Tensor reshape(long... extents) {
    long open = Arrays.stream(extents).filter(e -> e == -1).count();
    if (open == 0) {
      return shaped(Shape.of(extents));
    }
    if (open > 1) {
      throw new ShapeException(
          "cannot reshape "
              + type()
              + " to "
              + Arrays.toString(extents)
              + ": "
              + open
              + " extents are open",
          "Leave one extent open at most.");
    }
    long known = Shape.of(Arrays.stream(extents).filter(e -> e != -1).toArray()).size();
    long size = type().size();
    if (known == 0 ? size != 0 : size % known != 0) {
      throw new ShapeException(
          "cannot reshape "
              + type()
              + " to "
              + Arrays.toString(extents)
              + ": "
              + size
              + " elements are no multiple of "
              + known,
          "Choose extents whose product divides " + size + ".");
    }
    long rest = known == 0 ? 0 : size / known;
    return shaped(Shape.of(Arrays.stream(extents).map(e -> e == -1 ? rest : e).toArray()));
  }

  /** One axis instead of all: {@code [a, b, c] → [a·b·c]}. */
  default Tensor flatten() {
    return shaped(Shape.of(type().size()));
  }

  /** One axis instead of the axes {@code first} to {@code last}, both included. */
  default Tensor flatten(int first, int last) {
    int from = Axis.normalise(first, shape().rank());
    int to = Axis.normalise(last, shape().rank());
    if (from > to) {
      throw new ShapeException(
          "cannot flatten axes " + from + " to " + to + " of " + type(),
          "Name the outer axis first.");
    }
    long inner = shape().take(to + 1).drop(from).size();
    List<Long> extents = new ArrayList<>();
    Axis.range(0, from).forEach(a -> extents.add(shape().extent(a)));
    extents.add(inner);
    Axis.range(to + 1, shape().rank()).forEach(a -> extents.add(shape().extent(a)));
    return shaped(Shape.of(extents));
  }

  /** This tensor without all of its axes of extent 1. */
  default Tensor squeeze() {
    return shaped(shape().withoutUnits());
  }

  /** This tensor without an axis of extent 1; throws {@link ShapeException} for another extent. */
  default Tensor squeeze(int axis) {
    int gone = Axis.normalise(axis, shape().rank());
    if (shape().extent(gone) != 1) {
      throw new ShapeException(
          "cannot squeeze axis "
              + gone
              + " of "
              + type()
              + ": its extent is "
              + shape().extent(gone),
          "Squeeze axes of extent 1; reduce others, or take one position.");
    }
    return shaped(
        Shape.of(
            Axis.without(shape().rank(), List.of(gone)).stream().map(shape()::extent).toList()));
  }

  /** This tensor with a new axis of extent 1, which becomes number {@code axis}. */
  default Tensor unsqueeze(int axis) {
    return shaped(shape().insert(Axis.normalise(axis, shape().rank() + 1), 1));
  }

  /** NumPy broadcasting to a shape. */
  default Tensor broadcastTo(Shape shape) {
    return Tensor.of(GraphEmit.INSTANCE.broadcastTo(value(), shape));
  }

  /** NumPy broadcasting to a shape. */
  default Tensor broadcastTo(long... extents) {
    return broadcastTo(Shape.of(extents));
  }

  /** Axes in another order: axis i of the result is axis {@code order[i]} of this tensor. */
  default Tensor permute(int... order) {
    List<Integer> normal = new ArrayList<>();
    for (int axis : order) {
      normal.add(Axis.normalise(axis, shape().rank()));
    }
    return apply(new View.Permute(List.copyOf(normal)));
  }

  /** The last two axes swapped. */
  default Tensor transpose() {
    if (shape().rank() < 2) {
      throw new ShapeException("cannot transpose " + type(), "Reshape it to a matrix first.");
    }
    return swapAxes(-1, -2);
  }

  /** Two axes swapped. */
  default Tensor swapAxes(int a, int b) {
    List<Integer> order = new ArrayList<>(Axis.range(0, shape().rank()));
    Collections.swap(order, Axis.normalise(a, shape().rank()), Axis.normalise(b, shape().rank()));
    return apply(new View.Permute(List.copyOf(order)));
  }

  /** Axis {@code from} as axis {@code to}; the others keep their order. */
  default Tensor moveAxis(int from, int to) {
    int moved = Axis.normalise(from, shape().rank());
    List<Integer> order = new ArrayList<>(Axis.without(shape().rank(), List.of(moved)));
    order.add(Axis.normalise(to, shape().rank()), moved);
    return apply(new View.Permute(List.copyOf(order)));
  }
}

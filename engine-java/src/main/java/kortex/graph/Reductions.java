package kortex.graph;

import java.util.Arrays;
import java.util.List;
import kortex.op.Reduce;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** Reductions over axes. */
public sealed interface Reductions extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** The sum over {@code axes}, which are dropped; over all axes when none is named. */
  default Tensor sum(int... axes) {
    List<Integer> over = reduced(axes);
    return over.isEmpty() ? self() : apply(new Reduce.Sum(over));
  }

  /** The mean over {@code axes}, which are dropped; over all axes when none is named. */
  default Tensor mean(int... axes) {
    Tensor sum = sum(axes);
    long count = 1;
    for (int axis : reduced(axes)) {
      count *= shape().extent(axis);
    }
    return sum.mul(1.0 / count);
  }

  /**
   * The largest element over {@code axes}, which are dropped; over all axes when none is named.
   * Throws {@link ShapeException} when there are no elements.
   */
  default Tensor max(int... axes) {
    List<Integer> over = some("max", reduced(axes));
    return over.isEmpty() ? self() : apply(new Reduce.Max(over));
  }

  /**
   * The smallest element over {@code axes}, which are dropped; over all when none is named. Throws
   * {@link ShapeException} when there are no elements.
   */
  default Tensor min(int... axes) {
    List<Integer> over = some("min", reduced(axes));
    return over.isEmpty() ? self() : apply(new Reduce.Min(over));
  }

  private List<Integer> some(String what, List<Integer> axes) {
    for (int axis : axes) {
      if (shape().extent(axis) == 0) {
        throw new ShapeException(
            what + " of no elements: axis " + axis + " of " + type() + " has extent 0",
            "Reduce over axes with elements, or join a first element to them.");
      }
    }
    return axes;
  }

  private List<Integer> reduced(int[] axes) {
    return Axis.normaliseAll(Arrays.stream(axes).boxed().toList(), shape().rank());
  }

  /** The position of the first largest element along {@code axis}, as i32; the axis is dropped. */
  default Tensor argMax(int axis) {
    int along = Axis.normalise(axis, shape().rank());
    TensorType index = type().as(DType.I32);
    Tensor best = max(along).restore(shape(), along);
    Tensor none = Tensor.full(index, shape().extent(along));
    return best.lessOrEqual(self()).select(Tensor.iota(index, along), none).min(along);
  }

  /** A reduced tensor repeated along the axis it was reduced over. */
  default Tensor restore(Shape shape, int... axes) {
    List<Integer> gone = Axis.normaliseAll(Arrays.stream(axes).boxed().toList(), shape.rank());
    return Tensor.of(GraphEmit.INSTANCE.restore(value(), shape, gone));
  }
}

package kortex.graph;

import java.util.Arrays;
import java.util.List;
import kortex.op.Reduce;
import kortex.tensor.Axis;
import kortex.tensor.Shape;

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

  /** The largest element over {@code axes}, which are dropped; over all axes when none is named. */
  default Tensor max(int... axes) {
    List<Integer> over = reduced(axes);
    return over.isEmpty() ? self() : apply(new Reduce.Max(over));
  }

  /** The smallest element over {@code axes}, which are dropped; over all when none is named. */
  default Tensor min(int... axes) {
    List<Integer> over = reduced(axes);
    return over.isEmpty() ? self() : apply(new Reduce.Min(over));
  }

  private List<Integer> reduced(int[] axes) {
    return Axis.normaliseAll(Arrays.stream(axes).boxed().toList(), shape().rank());
  }

  /** A reduced tensor repeated along the axis it was reduced over. */
  default Tensor restore(Shape shape, int... axes) {
    List<Integer> gone = Axis.normaliseAll(Arrays.stream(axes).boxed().toList(), shape.rank());
    return Tensor.of(GraphEmit.INSTANCE.restore(value(), shape, gone));
  }
}

package kortex.graph;

import java.util.Arrays;
import java.util.List;
import kortex.op.Reduce;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** Reductions over axes. */
public sealed interface Reductions extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /**
   * The sum over {@code axes}, which are dropped; over all axes when none is named. Integers and
   * bools are added up in i64.
   */
  default Tensor sum(int... axes) {
    List<Integer> over = reduced(axes);
    Tensor x = dtype().isFloat() ? self() : self().cast(DType.I64);
    return over.isEmpty() ? x : x.apply(new Reduce.Sum(over));
  }

  /**
   * The mean over {@code axes}, which are dropped; over all axes when none is named. Of integers
   * and bools it is an f32, and their sum is exact.
   */
  default Tensor mean(int... axes) {
    long count = 1;
    for (int axis : reduced(axes)) {
      count *= shape().extent(axis);
    }
    if (!dtype().isFloat()) {
      return wholeSum(axes).div(count).cast(Operands.DEFAULT_FLOAT);
    }
    if (dtype().isHalf()) {
      // The sum alone may be out of range.
      return self().cast(DType.F32).sum(axes).div(count).cast(dtype());
    }
    return sum(axes).div(count);
  }

  /** The sum of integers or bools as f64, in which that of 64-bit integers does not wrap. */
  private Tensor wholeSum(int[] axes) {
    if (dtype().bytes() < Long.BYTES) {
      return sum(axes).cast(DType.F64);
    }
    long half = 0xFFFF_FFFFL;
    // A tensor has fewer than 2³¹ elements, so the sums of halves fit.
    Tensor lower = self().and(Operands.number(self(), half)).sum(axes);
    Tensor carry = lower.shiftRight(Operands.number(lower, Integer.SIZE));
    Tensor upper = self().shiftRight(Operands.number(self(), Integer.SIZE)).sum(axes).add(carry);
    Tensor rest = lower.and(Operands.number(lower, half));
    return upper.cast(DType.F64).mul(0x1p32).add(rest.cast(DType.F64));
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

  /** A reduced tensor repeated along the axis it was reduced over. */
  default Tensor restore(Shape shape, int... axes) {
    List<Integer> gone = Axis.normaliseAll(Arrays.stream(axes).boxed().toList(), shape.rank());
    return Tensor.of(GraphEmit.INSTANCE.restore(value(), shape, gone));
  }
}

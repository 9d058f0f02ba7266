package kortex.graph;

import java.util.function.UnaryOperator;
import kortex.op.ArgSort;
import kortex.op.Bits;
import kortex.op.Unary;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Elements by rank. NaN comes last, also in descending order; equal elements keep their order.
 * Positions to index with are i64; {@link #argMax} and {@link #argMin} name a class and are i32, as
 * labels are. Values have gradients, which go to the elements they were taken from.
 */
public sealed interface Ordering extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** The positions, i64, that put the elements along {@code axis} in ascending order. */
  default Tensor argsort(int axis) {
    return argsort(axis, false);
  }

  /** The positions, i64, that put the elements along {@code axis} in order. */
  default Tensor argsort(int axis, boolean descending) {
    return apply(new ArgSort(Axis.normalise(axis, shape().rank()), descending));
  }

  /** The elements along {@code axis} in ascending order. */
  default Tensor sort(int axis) {
    return sort(axis, false);
  }

  /** The elements along {@code axis} in order. */
  default Tensor sort(int axis, boolean descending) {
    int along = Axis.normalise(axis, shape().rank());
    return Positions.takenAlong(self(), argsort(along, descending), along);
  }

  /** The {@code k} largest elements along {@code axis}, largest first, and their positions. */
  default TopK topK(int k, int axis) {
    return topK(k, axis, true);
  }

  /** The {@code k} largest, or smallest, elements along {@code axis}, the extreme one first. */
  default TopK topK(int k, int axis, boolean largest) {
    int along = Axis.normalise(axis, shape().rank());
    if (k < 0 || k > shape().extent(along)) {
      throw new ShapeException(
          "top " + k + " of axis " + along + " of " + type(),
          "Ask for 0 to " + shape().extent(along) + " elements.");
    }
    Tensor first = Tensor.iota(new TensorType(DType.I64, Shape.of(k)), 0);
    Tensor positions = Positions.taken(argsort(along, largest), first, along);
    return new TopK(Positions.takenAlong(self(), positions, along), positions);
  }

  /** Elements and where they were. */
  record TopK(Tensor values, Tensor indices) {}

  /**
   * The element that a fraction {@code q} of those along {@code axis} is below, interpolated
   * between neighbours as NumPy's quantile; the axis is dropped. NaN where there is one.
   */
  default Tensor quantile(double q, int axis) {
    int along = Axis.normalise(axis, shape().rank());
    if (!(q >= 0 && q <= 1)) {
      throw new SettingException("q = " + q + " is no fraction", "Use a number from 0 to 1.");
    }
    if (!dtype().isFloat()) {
      throw new DTypeException(
          "quantile needs a float tensor, got " + type(), "Cast it first: x.cast(f32).");
    }
    long n = requireSome("quantile", along);
    if (dtype().isHalf()) {
      // The fraction and the distance of neighbours need its range.
      return self().cast(DType.F32).quantile(q, along).cast(dtype());
    }
    Tensor sorted = sort(along);
    double place = q * (n - 1);
    UnaryOperator<Tensor> element = position -> Positions.taken(sorted, position.reshape(), along);
    Tensor low = element.apply(Positions.of(new long[] {(long) Math.floor(place)}));
    Tensor high = element.apply(Positions.of(new long[] {(long) Math.ceil(place)}));
    Tensor last = element.apply(Positions.of(new long[] {n - 1}));
    double part = place - Math.floor(place);
    Tensor result = part == 0 ? low : between(low, high, part);
    return last.equal(last).select(result, last);
  }

  /** low + part · (high − low), also where the distance is out of range or both are infinite. */
  private static Tensor between(Tensor low, Tensor high, double part) {
    Tensor way = high.sub(low);
    Tensor mix = low.mul(1 - part).add(high.mul(part));
    return way.isFinite().select(low.add(way.mul(part)), mix);
  }

  /** The middle element along {@code axis}, or the mean of the two in the middle, as NumPy's. */
  default Tensor median(int axis) {
    return quantile(0.5, axis);
  }

  /**
   * The position of the first largest element along {@code axis}, as i32; the axis is dropped. NaN
   * counts as largest, as in NumPy.
   */
  default Tensor argMax(int axis) {
    int along = Axis.normalise(axis, shape().rank());
    requireSome("argMax", along);
    return first(self().max(along), along);
  }

  /** The position of the first largest of all elements in row-major order, as i32. */
  default Tensor argMax() {
    return self().reshape(-1).argMax(0);
  }

  /**
   * The position of the first smallest element along {@code axis}, as i32; the axis is dropped. NaN
   * counts as smallest, as in NumPy.
   */
  default Tensor argMin(int axis) {
    int along = Axis.normalise(axis, shape().rank());
    requireSome("argMin", along);
    return first(self().min(along), along);
  }

  /** The position of the first smallest of all elements in row-major order, as i32. */
  default Tensor argMin() {
    return self().reshape(-1).argMin(0);
  }

  private long requireSome(String what, int axis) {
    long n = shape().extent(axis);
    if (n == 0) {
      throw new ShapeException(
          what + " of no elements: axis " + axis + " of " + type() + " is empty",
          "Leave empty tensors out.");
    }
    return n;
  }

  /** Where an extremum is found first; where it is NaN, where NaN is found first. */
  private Tensor first(Tensor best, int axis) {
    TensorType index = type().as(DType.I32);
    Tensor hit = self().equal(best.restore(shape(), axis));
    if (dtype().isFloat()) {
      hit = hit.apply(new Bits.Or(), self().equal(self()).apply(new Unary.Not()));
    }
    Tensor none = Tensor.full(index, shape().extent(axis));
    return hit.select(Tensor.iota(index, axis), none).min(axis);
  }
}

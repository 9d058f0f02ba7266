package kortex.graph;

import kortex.op.Accumulate;
import kortex.op.Index;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;

/** Running results along an axis. Elements are combined in order. */
public sealed interface Cumulative extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** The sum of the elements so far: {@code y[i] = x[0] + … + x[i]} along {@code axis}. */
  default Tensor cumsum(int axis) {
    return Tensor.full(type(), 1).recurrence(self(), axis);
  }

  /**
   * The product of the elements so far: {@code y[i] = x[0] · … · x[i]} along {@code axis}. Its
   * gradient divides by nothing, so it is right where elements are 0.
   */
  default Tensor cumprod(int axis) {
    int along = Axis.normalise(axis, shape().rank());
    Tensor zero = Tensor.full(type(), 0);
    return recurrence(isFirst(along).select(self(), zero), along);
  }

  /**
   * The linear recurrence {@code y[i] = this[i] · y[i − 1] + b[i]} along {@code axis}, with {@code
   * y[0] = b[0]}. The shapes broadcast.
   */
  default Tensor recurrence(Tensor b, int axis) {
    if (b.dtype() != dtype()) {
      throw new DTypeException(
          "recurrence needs two tensors of one dtype, got " + type() + " and " + b.type(),
          "Cast one of them.");
    }
    Shape shape = shape().broadcast(b.shape());
    Accumulate op = new Accumulate.Recurrence(Axis.normalise(axis, shape.rank()), false);
    return self().broadcastTo(shape).apply(op, b.broadcastTo(shape));
  }

  /** The largest element so far; NaN from the first NaN on. The last of equals has the gradient. */
  default Tensor cumMax(int axis) {
    return apply(new Accumulate.CumMax(Axis.normalise(axis, shape().rank())));
  }

  /**
   * The smallest element so far; NaN from the first NaN on. The last of equals has the gradient.
   */
  default Tensor cumMin(int axis) {
    return apply(new Accumulate.CumMin(Axis.normalise(axis, shape().rank())));
  }

  /**
   * The logarithm of the sum so far of exponentials: {@code y[i] = log(e^x[0] + … + e^x[i])}. Sums
   * are kept relative to the largest element so far, so that none overflows. The gradient is 0
   * where all elements so far are −∞.
   */
  default Tensor logCumSumExp(int axis) {
    int along = Axis.normalise(axis, shape().rank());
    if (!dtype().isFloat()) {
      throw new DTypeException(
          "logCumSumExp needs a float tensor, got " + type(), "Cast it first: x.cast(f32).");
    }
    if (dtype().isHalf()) {
      return self().cast(DType.F32).logCumSumExp(along).cast(dtype());
    }
    Tensor zero = Tensor.full(type(), 0);
    Tensor largest = self().stopGradient().cumMax(along);
    // An infinite element stands for itself: relative to it nothing would be left.
    Tensor base = largest.sub(largest).equal(zero).select(largest, zero);
    Tensor before = Tensor.of(Index.previous(GraphEmit.INSTANCE, base.value(), along));
    Tensor decay = before.sub(base).min(zero).exp();
    Tensor sum = decay.recurrence(self().sub(base).exp(), along);
    Tensor none = sum.equal(zero);
    Tensor log = none.select(Tensor.full(type(), 1), sum).log();
    return none.select(Tensor.full(type(), Double.NEGATIVE_INFINITY), log).add(base);
  }

  private Tensor isFirst(int axis) {
    Tensor at = Tensor.iota(type().as(DType.I64), axis);
    return at.equal(Tensor.full(at.type(), 0));
  }
}

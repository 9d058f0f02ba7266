package kortex.graph;

import java.util.Arrays;
import java.util.List;
import kortex.op.Reduce;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;

/**
 * Reductions made of others. As {@link Reductions#sum} they drop the axes they are given, or reduce
 * over all axes when given none.
 */
public sealed interface Statistics extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** The product; 1 of no elements. Its gradient is right where elements are 0, too. */
  default Tensor prod(int... axes) {
    List<Integer> over = over(axes);
    return over.isEmpty() ? self() : apply(new Reduce.Prod(over));
  }

  /**
   * The mean of the squared distances from the mean, which is computed first: as NumPy's {@code
   * var}, without a correction. NaN of no elements.
   */
  default Tensor variance(int... axes) {
    return correctedVariance(0, axes);
  }

  /**
   * The sum of the squared distances from the mean, divided by the number of elements less {@code
   * correction}: 1 estimates the variance of what the elements are a sample of. When the divisor is
   * not above 0 it counts as 0.
   */
  default Tensor correctedVariance(double correction, int... axes) {
    if (dtype().isHalf()) {
      return wide().correctedVariance(correction, axes).cast(dtype());
    }
    Tensor centred = self().sub(restored(self().mean(axes), axes));
    return centred.square().sum(axes).div(Math.max(0, count(axes) - correction));
  }

  /** The root of the variance; its gradient is 0 where it is 0. */
  default Tensor std(int... axes) {
    return correctedStd(0, axes);
  }

  /** The root of {@link #correctedVariance}; its gradient is 0 where it is 0. */
  default Tensor correctedStd(double correction, int... axes) {
    if (dtype().isHalf()) {
      return wide().correctedStd(correction, axes).cast(dtype());
    }
    return rootOrZero(correctedVariance(correction, axes), 0.5);
  }

  /**
   * log Σ e^x, without overflow; −∞ of no elements. The gradient is 0 where all elements are −∞.
   */
  default Tensor logSumExp(int... axes) {
    if (!dtype().isFloat()) {
      throw new DTypeException(
          "logSumExp needs a float tensor, got " + type(), "Cast it first: x.cast(f32).");
    }
    if (count(axes) == 0) {
      return self().sum(axes).log();
    }
    if (dtype().isHalf()) {
      return wide().logSumExp(axes).cast(dtype());
    }
    Tensor largest = self().max(axes).stopGradient();
    Tensor shift = largest.isFinite().select(largest, number(largest, 0));
    Tensor sum = self().sub(restored(shift, axes)).exp().sum(axes);
    Tensor none = sum.equal(number(sum, 0));
    Tensor log = none.select(number(sum, 1), sum).log();
    return none.select(number(sum, Double.NEGATIVE_INFINITY), log).add(shift);
  }

  /**
   * The norm (Σ |x|^p)^(1/p) of the elements of vectors: 1 for sums of magnitudes, 2 for lengths,
   * {@code Double.POSITIVE_INFINITY} and its negative for the largest and smallest magnitude, 0 for
   * the number of elements that are not 0. Where the norm is 0 its gradient is 0. Throws {@link
   * SettingException} when {@code p} is NaN.
   */
  default Tensor norm(double p, int... axes) {
    if (!dtype().isFloat()) {
      throw new DTypeException(
          "norm needs a float tensor, got " + type(), "Cast it first: x.cast(f32).");
    }
    if (Double.isNaN(p)) {
      throw new SettingException("norm of order NaN", "Use 1, 2 or infinity.");
    }
    if (dtype().isHalf()) {
      return wide().norm(p, axes).cast(dtype());
    }
    Tensor a = self().abs();
    if (p == Double.POSITIVE_INFINITY) {
      return a.max(axes);
    }
    if (p == Double.NEGATIVE_INFINITY) {
      return a.min(axes);
    }
    if (p == 0) {
      return a.notEqual(number(a, 0)).cast(dtype()).sum(axes);
    }
    if (p == 1) {
      return a.sum(axes);
    }
    return rootOrZero(p == 2 ? a.square().sum(axes) : powers(a, p).sum(axes), 1 / p);
  }

  /** The root of the sum of squares over the last two axes: the Frobenius norm of matrices. */
  default Tensor frobeniusNorm() {
    return norm(2, -2, -1);
  }

  /** a^p, whose gradient at 0 is 0. */
  private static Tensor powers(Tensor a, double p) {
    Tensor zero = a.equal(number(a, 0));
    Tensor power = zero.select(number(a, 1), a).pow(p);
    return zero.select(number(a, p > 0 ? 0 : Double.POSITIVE_INFINITY), power);
  }

  /** x^exponent for x ≥ 0, whose gradient at 0 is 0. */
  private static Tensor rootOrZero(Tensor x, double exponent) {
    Tensor zero = x.equal(number(x, 0));
    Tensor root = zero.select(number(x, 1), x).pow(exponent);
    return zero.select(number(x, exponent > 0 ? 0 : Double.POSITIVE_INFINITY), root);
  }

  /** Bool: whether an element holds, which of numbers those do that are not 0; false of none. */
  default Tensor any(int... axes) {
    // A tensor has fewer elements than i32 counts.
    return self().cast(DType.BOOL).cast(DType.I32).sum(axes).cast(DType.BOOL);
  }

  /** Bool: whether all elements hold, which of numbers those do that are not 0; true of none. */
  default Tensor all(int... axes) {
    return self().cast(DType.BOOL).not().any(axes).not();
  }

  /** The number of elements that are not 0, as i64. */
  default Tensor countNonzero(int... axes) {
    return self().cast(DType.BOOL).cast(DType.I64).sum(axes);
  }

  /**
   * This tensor with axes of extent 1, at the given positions of the result: what a reduction over
   * them has dropped. {@code x.sub(x.mean(1).withUnitAxes(1))} broadcasts.
   */
  default Tensor withUnitAxes(int... axes) {
    int rank = shape().rank() + axes.length;
    Shape out = shape();
    if (axes.length > 0) {
      for (int axis : Axis.normaliseAll(boxed(axes), rank)) {
        out = out.insert(axis, 1);
      }
    }
    return Tensor.of(GraphEmit.INSTANCE.reshape(value(), out));
  }

  /** This tensor of 16 bits in f32, where squares and long sums are in range. */
  private Tensor wide() {
    return self().cast(DType.F32);
  }

  private static Tensor number(Tensor like, double value) {
    return Operands.number(like, value);
  }

  private static List<Integer> boxed(int[] axes) {
    return Arrays.stream(axes).boxed().toList();
  }

  private List<Integer> over(int[] axes) {
    return Axis.normaliseAll(boxed(axes), shape().rank());
  }

  private long count(int[] axes) {
    return over(axes).stream().mapToLong(shape()::extent).reduce(1, (a, b) -> a * b);
  }

  private Tensor restored(Tensor reduced, int[] axes) {
    List<Integer> over = over(axes);
    return over.isEmpty()
        ? reduced
        : reduced.restore(shape(), over.stream().mapToInt(a -> a).toArray());
  }
}

package kortex.model;

import java.util.ArrayList;
import java.util.List;
import kortex.graph.Tensor;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * Functions made of ops: activations as plain functions of tensors. Those that take integers give
 * f32, but for {@link #relu}, which keeps the dtype.
 */
public final class Activations {
  private static final double SELU_ALPHA = 1.6732632423543772848170429916717;
  private static final double SELU_SCALE = 1.0507009873554804934193349852946;

  private Activations() {}

  /** {@code max(x, 0)}; its gradient at 0 is 0, and NaN stays NaN. */
  public static Tensor relu(Tensor x) {
    Tensor zero = number(x, 0);
    // Not max(x, 0), whose gradient at a tie is shared: PyTorch and the subgradient of least norm
    // say 0.
    return x.lessOrEqual(zero).select(zero, x);
  }

  /**
   * {@code x} above 0, {@code slope · x} elsewhere (Maas, Hannun and Ng, "Rectifier nonlinearities
   * improve neural network acoustic models", 2013).
   */
  public static Tensor leakyRelu(Tensor input, double slope) {
    Tensor x = real(input);
    return positive(x).select(x, x.mul(slope));
  }

  /**
   * {@code x} above 0, {@code slopes · x} elsewhere, with trained slopes: one, or one for each
   * channel, which are axis 1 of {@code x} (He et al., "Delving deep into rectifiers", 2015).
   */
  public static Tensor prelu(Tensor input, Tensor slopes) {
    Tensor x = real(input);
    Shape shape = x.shape();
    if (slopes.type().size() == 1) {
      return positive(x).select(x, x.mul(real(slopes).reshape()));
    }
    long channels = shape.rank() < 2 ? 1 : shape.extent(1);
    if (slopes.shape().rank() != 1 || slopes.type().size() != channels) {
      throw new ShapeException(
          "prelu of "
              + x.type()
              + " with slopes "
              + slopes.type()
              + " for "
              + channels
              + " channels",
          "Give one slope, or one for each channel (axis 1).");
    }
    long[] along = new long[shape.rank()];
    java.util.Arrays.fill(along, 1);
    along[1] = channels;
    return positive(x).select(x, x.mul(real(slopes).reshape(along)));
  }

  /**
   * {@code x} above 0, {@code alpha (e^x − 1)} elsewhere (Clevert, Unterthiner and Hochreiter,
   * "Fast and accurate deep network learning by exponential linear units", 2015).
   */
  public static Tensor elu(Tensor x, double alpha) {
    return positive(x).select(x, negativePart(x).expm1().mul(alpha));
  }

  /** {@code elu} scaled so that it keeps mean 0 and variance 1 (Klambauer et al., 2017). */
  public static Tensor selu(Tensor x) {
    return elu(x, SELU_ALPHA).mul(SELU_SCALE);
  }

  /** {@code x} above 0, {@code alpha (e^(x / alpha) − 1)} elsewhere (Barron, 2017). */
  public static Tensor celu(Tensor x, double alpha) {
    return positive(x).select(x, negativePart(x).div(alpha).expm1().mul(alpha));
  }

  /**
   * {@code x · Φ(x) = x · (1 + erf(x / √2)) / 2}, exact (Hendrycks and Gimpel, "Gaussian error
   * linear units", 2016).
   */
  public static Tensor gelu(Tensor input) {
    Tensor x = real(input);
    return x.mul(x.mul(Math.sqrt(0.5)).erf().add(1).mul(0.5));
  }

  /** {@code x · (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2}, which is near {@link #gelu}. */
  public static Tensor geluTanh(Tensor input) {
    Tensor x = real(input);
    Tensor inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
    return x.mul(inner.tanh().add(1).mul(0.5));
  }

  /** {@code x / (1 + e^−x)}, also called swish (Ramachandran, Zoph and Le, 2017). */
  public static Tensor silu(Tensor x) {
    return x.mul(x.sigmoid());
  }

  /**
   * {@code x · tanh(log(1 + e^x))} (Misra, "Mish: a self regularized non-monotonic activation",
   * 2019).
   */
  public static Tensor mish(Tensor x) {
    return x.mul(x.softplus().tanh());
  }

  /** {@code x / (1 + |x|)}. */
  public static Tensor softsign(Tensor x) {
    return x.div(x.abs().add(1));
  }

  /** {@code (x + 3) / 6}, held between 0 and 1; its gradient at the corners is 0. */
  public static Tensor hardSigmoid(Tensor input) {
    Tensor x = real(input);
    return cornered(x, number(x, 1), x.add(3).div(6));
  }

  /** {@code x · hardSigmoid(x)} (Howard et al., "Searching for MobileNetV3", 2019). */
  public static Tensor hardSwish(Tensor input) {
    Tensor x = real(input);
    return cornered(x, x, x.mul(x.add(3)).div(6));
  }

  /** 0 up to −3, {@code above} from 3 on, {@code between} between. */
  private static Tensor cornered(Tensor x, Tensor above, Tensor between) {
    Tensor upper = number(x, 3).lessOrEqual(x).select(above, between);
    return x.lessOrEqual(number(x, -3)).select(number(x, 0), upper);
  }

  /** {@code e^x / Σ e^x} over the last axis; the largest element is subtracted first. */
  public static Tensor softmax(Tensor x) {
    return softmax(x, -1);
  }

  /** {@code e^x / Σ e^x} over an axis; the largest element is subtracted first. */
  public static Tensor softmax(Tensor x, int axis) {
    requireFloat("softmax", x);
    Tensor e = shifted(x, axis).exp();
    return e.div(e.sum(axis).restore(x.shape(), axis));
  }

  /** {@code x − log Σ e^x} over the last axis. */
  public static Tensor logSoftmax(Tensor x) {
    return logSoftmax(x, -1);
  }

  /** {@code x − log Σ e^x} over an axis. */
  public static Tensor logSoftmax(Tensor x, int axis) {
    requireFloat("logSoftmax", x);
    Tensor s = shifted(x, axis);
    return s.sub(s.exp().sum(axis).log().restore(x.shape(), axis));
  }

  /**
   * The first half of an axis times the sigmoid of the second: {@code [.., 2n] → [.., n]} (Dauphin
   * et al., "Language modeling with gated convolutional networks", 2016).
   */
  public static Tensor glu(Tensor x, int axis) {
    return half("glu", x, axis, 0).mul(half("glu", x, axis, 1).sigmoid());
  }

  /**
   * {@code silu} of the first half of an axis times the second: {@code [.., 2n] → [.., n]}
   * (Shazeer, "GLU variants improve transformer", 2020).
   */
  public static Tensor swiglu(Tensor x, int axis) {
    return silu(half("swiglu", x, axis, 0)).mul(half("swiglu", x, axis, 1));
  }

  private static Tensor half(String what, Tensor x, int axis, int number) {
    int along = Axis.normalise(axis, x.shape().rank());
    long extent = x.shape().extent(along);
    if (extent % 2 != 0) {
      throw new ShapeException(
          what + " halves axis " + axis + " of " + x.type() + ", which has an odd extent",
          "Give the layer before twice as many outputs as are wanted.");
    }
    List<View.Range> ranges = new ArrayList<>(View.Range.all(x.shape()));
    ranges.set(along, new View.Range(number * extent / 2, extent / 2, 1));
    return x.apply(new View.Slice(ranges));
  }

  /** {@code x − max x} over the last axis: safe to exponentiate, of the same softmax. */
  static Tensor shifted(Tensor x) {
    return shifted(x, -1);
  }

  private static Tensor shifted(Tensor x, int axis) {
    return x.sub(x.max(axis).stopGradient().restore(x.shape(), axis));
  }

  /** Integers as floats, all in one dtype: i64 with f32 would be f64. */
  private static Tensor real(Tensor x) {
    return x.dtype().isFloat() ? x : x.cast(DType.F32);
  }

  private static void requireFloat(String what, Tensor x) {
    if (!x.dtype().isFloat()) {
      throw new DTypeException(
          what + " needs a float tensor, got " + x.type(), "Cast it first: x.cast(f32).");
    }
  }

  private static Tensor number(Tensor like, double value) {
    return Tensor.full(like.type(), value);
  }

  private static Tensor positive(Tensor x) {
    return number(x, 0).less(x);
  }

  /** x up to 0, elsewhere 0: exponentials of what is not selected must not overflow. */
  private static Tensor negativePart(Tensor x) {
    return positive(x).select(number(x, 0), x);
  }
}

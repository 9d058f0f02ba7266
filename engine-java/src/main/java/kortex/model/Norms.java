package kortex.model;

import kortex.graph.Tensor;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** Normalisations over the last axis, as plain functions of tensors. */
public final class Norms {
  private Norms() {}

  /**
   * {@code (x − mean) / √(variance + epsilon) · scale + shift} with mean and biased variance over
   * the last axis: {@code [.., n] → [.., n]}, scale and shift {@code [n]} (Ba, Kiros and Hinton,
   * "Layer normalization", 2016).
   */
  public static Tensor layerNorm(Tensor x, Tensor scale, Tensor shift, double epsilon) {
    require("layerNorm", "scale", x, scale, epsilon);
    require("layerNorm", "shift", x, shift, epsilon);
    Tensor centred = x.sub(x.mean(-1).restore(x.shape(), -1));
    return scaled(centred, epsilon).mul(scale).add(shift);
  }

  /**
   * {@code x / √(mean of x² + epsilon) · scale} over the last axis: {@code [.., n] → [.., n]},
   * scale {@code [n]} (Zhang and Sennrich, "Root mean square layer normalization", 2019).
   */
  public static Tensor rmsNorm(Tensor x, Tensor scale, double epsilon) {
    require("rmsNorm", "scale", x, scale, epsilon);
    return scaled(x, epsilon).mul(scale);
  }

  /** {@code x / √(mean of x² + epsilon)} over the last axis. */
  private static Tensor scaled(Tensor x, double epsilon) {
    Tensor inverse = x.square().mean(-1).add(epsilon).rsqrt();
    return x.mul(inverse.restore(x.shape(), -1));
  }

  private static void require(String what, String name, Tensor x, Tensor weight, double epsilon) {
    SettingException.require(epsilon > 0, "epsilon", epsilon, "above 0");
    if (!x.dtype().isFloat() || weight.dtype() != x.dtype()) {
      throw new DTypeException(
          what
              + " needs floats of one dtype, got "
              + x.type()
              + " and "
              + name
              + " "
              + weight.type(),
          "Cast them: x.cast(f32).");
    }
    if (x.shape().rank() == 0 || !weight.shape().equals(x.shape().drop(x.shape().rank() - 1))) {
      String wanted = x.shape().rank() == 0 ? "" : Shape.of(x.shape().extent(-1)).toString();
      throw new ShapeException(
          what + " of " + x.type() + " with " + name + " " + weight.type(),
          x.shape().rank() == 0
              ? "Give it a last axis to normalise over."
              : "Give " + name + " the extent of the last axis, " + wanted + ".");
    }
  }
}

package kortex.model;

import kortex.graph.Tensor;
import kortex.tensor.SettingException;

/**
 * Cross entropy of logits {@code [batch, .., classes]} and labels {@code i32[batch, ..]}: the mean
 * over all labels of {@code −Σ q · logSoftmax(logits)}, where q is {@code 1 − smoothing} at the
 * label plus {@code smoothing / classes} everywhere (Szegedy et al., "Rethinking the inception
 * architecture", 2016). As PyTorch's, whose classes are axis 1.
 *
 * @param labelSmoothing 0 ≤ smoothing &lt; 1, default 0
 */
public record CrossEntropy(double labelSmoothing) implements Loss {
  /** Throws {@code SettingException} when the smoothing is out of range. */
  public CrossEntropy {
    SettingException.require(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing",
        labelSmoothing,
        "from 0 to below 1");
  }

  @Override
  public Tensor of(Tensor output, Tensor target) {
    Tensor labels = Targets.labels("crossEntropy", output, target);
    Tensor shifted = Activations.shifted(output);
    Tensor zero = Tensor.full(output.type(), 0);
    Tensor picked = Targets.oneHot(labels, output).select(shifted, zero).sum(-1);
    Tensor each = shifted.exp().sum(-1).log().sub(picked.mul(1 - labelSmoothing));
    if (labelSmoothing > 0) {
      each = each.sub(shifted.mean(-1).mul(labelSmoothing));
    }
    return each.mean();
  }

  @Override
  public String toString() {
    return labelSmoothing == 0
        ? "crossEntropy()"
        : "crossEntropy(labelSmoothing = " + labelSmoothing + ")";
  }
}

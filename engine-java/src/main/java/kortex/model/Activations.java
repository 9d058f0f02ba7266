package kortex.model;

import kortex.graph.Tensor;

/** Functions made of ops: activations as plain functions of tensors. */
public final class Activations {
  private Activations() {}

  /** {@code max(x, 0)}; its gradient at 0 is 0, and NaN stays NaN. */
  public static Tensor relu(Tensor x) {
    Tensor zero = Tensor.full(x.type(), 0);
    // Not max(x, 0), whose gradient at a tie is shared: PyTorch and the subgradient of least norm
    // say 0.
    return x.lessOrEqual(zero).select(zero, x);
  }

  /**
   * {@code x · Φ(x) = x · (1 + erf(x / √2)) / 2}, exact (Hendrycks and Gimpel, "Gaussian error
   * linear units", 2016).
   */
  public static Tensor gelu(Tensor x) {
    return x.mul(x.mul(Math.sqrt(0.5)).erf().add(1).mul(0.5));
  }

  /** {@code e^x / Σ e^x} over the last axis; the largest element is subtracted first. */
  public static Tensor softmax(Tensor x) {
    Tensor e = shifted(x).exp();
    return e.div(e.sum(-1).restore(x.shape(), -1));
  }

  /** {@code x − log Σ e^x} over the last axis. */
  public static Tensor logSoftmax(Tensor x) {
    Tensor s = shifted(x);
    return s.sub(s.exp().sum(-1).log().restore(x.shape(), -1));
  }

  /** {@code x − max x} over the last axis: safe to exponentiate, of the same softmax. */
  static Tensor shifted(Tensor x) {
    return x.sub(x.max(-1).stopGradient().restore(x.shape(), -1));
  }
}

package kortex.backend.cpu.onednn;

/** A function that a product applies to its result while it is still in registers. */
public enum Activation {
  /** The result as it is. */
  NONE(0),
  /**
   * max(x, 0), and NaN for NaN, as elu(x) with factor 0: oneDNN's own relu makes 0 of NaN. Below 0
   * the result is −0.
   */
  RELU(34),
  /** The hyperbolic tangent. */
  TANH(33),
  /** 1 / (1 + e⁻ˣ). */
  LOGISTIC(41),
  /** gelu in its tanh approximation. */
  GELU_TANH(43),
  /** gelu by the error function. */
  GELU_ERF(49);

  private final int algorithm;

  Activation(int algorithm) {
    this.algorithm = algorithm;
  }

  /** The {@code dnnl_alg_kind_t}. */
  int algorithm() {
    return algorithm;
  }
}

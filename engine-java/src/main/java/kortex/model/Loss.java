package kortex.model;

import kortex.graph.Tensor;

/** What training makes small: a scalar, the mean over the batch. Open. */
public interface Loss {
  /**
   * The loss of a batch. Targets are never broadcast. Throws {@code ShapeException} or {@code
   * DTypeException} when the target does not fit the output.
   */
  Tensor of(Tensor output, Tensor target);

  /** Cross entropy of logits and class labels, with no smoothing. */
  static Loss crossEntropy() {
    return new CrossEntropy(0);
  }

  /** Mean squared error. */
  static Loss mse() {
    return new Mse();
  }
}

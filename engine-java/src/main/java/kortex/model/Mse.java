package kortex.model;

import kortex.graph.Tensor;

/** Mean squared error: the mean of {@code (output − target)²} over all elements of equal shapes. */
public record Mse() implements Loss {
  @Override
  public Tensor of(Tensor output, Tensor target) {
    Targets.sameType("mse", output, target);
    return output.sub(target).square().mean();
  }

  @Override
  public String toString() {
    return "mse()";
  }
}

package kortex.model;

import kortex.graph.Tensor;
import kortex.tensor.Shape;

/** The mean of {@code (output − target)²} over all elements. */
public record MeanSquaredError() implements Metric {
  @Override
  public String name() {
    return "mse";
  }

  @Override
  public Tensor total(Tensor output, Tensor target) {
    Targets.sameType(name(), output, target);
    return output.sub(target).square().sum();
  }

  @Override
  public long count(Shape output) {
    return output.size();
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }
}

package kortex.model;

import kortex.graph.Tensor;
import kortex.tensor.Shape;

/** The mean of {@code |output − target|} over all elements. */
public record MeanAbsoluteError() implements Metric {
  @Override
  public String name() {
    return "mae";
  }

  @Override
  public Tensor total(Tensor output, Tensor target) {
    Targets.sameType(name(), output, target);
    return output.sub(target).abs().sum();
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

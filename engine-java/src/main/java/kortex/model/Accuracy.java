package kortex.model;

import kortex.graph.Tensor;
import kortex.tensor.Shape;

/** The fraction of labels for which the largest output {@code [batch, .., classes]} is there. */
public record Accuracy() implements Metric {
  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public Tensor total(Tensor output, Tensor target) {
    Tensor labels = Targets.labels(name(), output, target);
    return output.argMax(-1).equal(labels).cast(output.dtype()).sum();
  }

  @Override
  public long count(Shape output) {
    return output.with(-1, 1).size();
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }
}

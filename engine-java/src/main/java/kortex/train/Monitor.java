package kortex.train;

import java.util.List;
import kortex.model.Metric;

/**
 * The number by which epochs are compared.
 *
 * @param validation whether it is measured on the validation data, else on the training batches
 * @param quantity {@code loss}, or the name of a metric
 */
public record Monitor(boolean validation, String quantity) {
  private static final String LOSS = "loss";

  /** The loss on the validation data. */
  public static Monitor validationLoss() {
    return new Monitor(true, LOSS);
  }

  /** The loss on the training batches. */
  public static Monitor trainLoss() {
    return new Monitor(false, LOSS);
  }

  /** A metric on the validation data. */
  public static Monitor validationMetric(String name) {
    return new Monitor(true, name);
  }

  /** Whether this is a loss. */
  public boolean isLoss() {
    return quantity.equals(LOSS);
  }

  /** The value in an epoch that has it. */
  public double of(EpochRecord epoch) {
    Scores scores = validation ? epoch.validation().orElseThrow() : epoch.train();
    return isLoss() ? scores.loss() : scores.metrics().getOrDefault(quantity, Double.NaN);
  }

  /** Whether larger values are better, which the metric says. */
  public boolean higherIsBetter(List<Metric> metrics) {
    return metrics.stream().anyMatch(m -> m.name().equals(quantity) && m.higherIsBetter());
  }

  @Override
  public String toString() {
    return (validation ? "validation " : "training ") + quantity;
  }
}

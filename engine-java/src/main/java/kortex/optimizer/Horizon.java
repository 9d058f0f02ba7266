package kortex.optimizer;

import kortex.tensor.SettingException;

/**
 * How long a training is.
 *
 * @param stepsPerEpoch updates in one visit of the dataset, 1 or more
 * @param totalSteps updates in all, 1 or more
 */
public record Horizon(long stepsPerEpoch, long totalSteps) {
  /** Throws {@code SettingException} when there are no steps. */
  public Horizon {
    SettingException.require(stepsPerEpoch >= 1, "stepsPerEpoch", stepsPerEpoch, "1 or more");
    SettingException.require(totalSteps >= 1, "totalSteps", totalSteps, "1 or more");
  }
}

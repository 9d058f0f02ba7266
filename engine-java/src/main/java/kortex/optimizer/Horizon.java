package kortex.optimizer;

/**
 * How long a training is.
 *
 * @param stepsPerEpoch updates in one visit of the dataset, 1 or more
 * @param totalSteps updates in all, 1 or more
 */
public record Horizon(long stepsPerEpoch, long totalSteps) {
  /** Throws {@code SettingException} when there are no steps. */
  public Horizon {
    Check.that(stepsPerEpoch >= 1, "stepsPerEpoch", stepsPerEpoch, "1 or more");
    Check.that(totalSteps >= 1, "totalSteps", totalSteps, "1 or more");
  }
}

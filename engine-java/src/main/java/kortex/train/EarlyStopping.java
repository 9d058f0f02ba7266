package kortex.train;

import kortex.tensor.SettingException;

/**
 * Ends a training that no longer gets better.
 *
 * @param on what is watched
 * @param patience epochs without improvement after which the training ends, 1 or more
 * @param minDelta how much better an improvement must be, 0 or more
 * @param restoreBest whether the network ends with the parameters of its best epoch
 */
public record EarlyStopping(Monitor on, int patience, double minDelta, boolean restoreBest) {
  /** Throws {@link SettingException} when a value is out of range. */
  public EarlyStopping {
    if (patience < 1) {
      throw new SettingException(
          "patience is " + patience + ", must be 1 or more", "Use a patience such as 5.");
    }
    if (!(minDelta >= 0)) {
      throw new SettingException(
          "minDelta is " + minDelta + ", must be 0 or more", "Leave it out for 0.");
    }
  }

  /** On the validation loss, keeping the best parameters. */
  public static EarlyStopping of(int patience) {
    return new EarlyStopping(Monitor.validationLoss(), patience, 0, true);
  }
}

package kortex.model;

import kortex.tensor.SettingException;

/** Checks of hyperparameters, in one wording. */
final class Check {
  private Check() {}

  /** Throws unless {@code value} is at least {@code least}. */
  static void atLeast(long least, String name, long value) {
    SettingException.require(value >= least, name, value, least + " or more");
  }
}

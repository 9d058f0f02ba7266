package kortex.model;

import kortex.tensor.SettingException;

/** Checks of hyperparameters, in one wording. */
final class Check {
  private Check() {}

  /** Throws unless {@code valid}, naming the hyperparameter, its value and the valid range. */
  static void that(boolean valid, String name, Object value, String range) {
    if (!valid) {
      throw new SettingException(
          name + " is " + value + ", must be " + range, "Set " + name + " to " + range + ".");
    }
  }

  /** Throws unless {@code value} is at least {@code least}. */
  static void atLeast(long least, String name, long value) {
    that(value >= least, name, value, least + " or more");
  }
}

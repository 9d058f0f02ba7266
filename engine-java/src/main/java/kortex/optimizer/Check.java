package kortex.optimizer;

import kortex.tensor.SettingException;

/** Checks of hyperparameters, in one wording. */
final class Check {
  private Check() {}

  /** Throws unless {@code value} is finite and above 0. */
  static void positive(String name, double value) {
    SettingException.require(value > 0 && Double.isFinite(value), name, value, "above 0");
  }

  /** Throws unless {@code value} is finite and not negative. */
  static void notNegative(String name, double value) {
    SettingException.require(value >= 0 && Double.isFinite(value), name, value, "0 or more");
  }

  /** Throws unless {@code value} is in [0, 1). */
  static void fraction(String name, double value) {
    SettingException.require(value >= 0 && value < 1, name, value, "from 0 to below 1");
  }
}

package kortex.model;

import java.util.Optional;

/**
 * What all recurrent layers can be told.
 *
 * @param units features of the output, 1 or more
 * @param bias whether the gates have biases, default true
 * @param weightInitializer of the weight of the input; default uniform in ±1/√units
 * @param recurrentInitializer of the weight of the step before; default uniform in ±1/√units
 * @param biasInitializer default uniform in ±1/√units
 * @param regularizer penalty on both weights, default none
 */
public record RecurrentSettings(
    int units,
    boolean bias,
    Initializer weightInitializer,
    Initializer recurrentInitializer,
    Initializer biasInitializer,
    Optional<Regularizer> regularizer) {
  /** Throws {@code SettingException} when there are no units. */
  public RecurrentSettings {
    Check.atLeast(1, "units", units);
  }

  /** The defaults, which are PyTorch's. */
  public static RecurrentSettings of(int units) {
    Initializer start = initializer(units);
    return new RecurrentSettings(units, true, start, start, start, Optional.empty());
  }

  /** Uniform in ±1/√units. Throws {@code SettingException} when there are no units. */
  public static Initializer initializer(int units) {
    Check.atLeast(1, "units", units);
    double limit = 1 / Math.sqrt(units);
    return Initializer.uniform(-limit, limit);
  }

  /** The arguments in a script. */
  @Override
  public String toString() {
    return units + (bias ? "" : ", bias = false");
  }
}

package kortex.optimizer;

import kortex.graph.Tensor;
import kortex.tensor.SettingException;

/**
 * {@code rate · decay^(step / every)}: after each {@code every} the rate is {@code decay} times
 * what it was.
 *
 * @param rate the rate of the first step, above 0
 * @param decay above 0, at most 1; usually 0.9 to 0.99
 * @param every how long one decay takes, such as {@code 1.epochs}
 * @param staircase whether the rate stays constant in between, default false
 */
public record Exponential(double rate, double decay, Span every, boolean staircase)
    implements Schedule {
  /** Throws {@code SettingException} when a value is out of range. */
  public Exponential {
    Check.positive("learning rate", rate);
    SettingException.require(decay > 0 && decay <= 1, "decay", decay, "above 0 and at most 1");
    Check.positive("every", every.count());
  }

  @Override
  public Schedule over(Horizon horizon) {
    return new Exponential(rate, decay, every.over(horizon), staircase);
  }

  @Override
  public Tensor at(Tensor step) {
    Tensor decays = step.div(Math.max(1, every.steps()));
    Tensor exponent = staircase ? decays.floor() : decays;
    return exponent.mul(Math.log(decay)).exp().mul(rate);
  }

  @Override
  public String toString() {
    String stairs = staircase ? ", staircase = true" : "";
    return "exponential(" + rate + ", " + decay + ", every = " + every + stairs + ")";
  }
}

package kortex.optimizer;

import java.util.Optional;
import kortex.graph.Tensor;
import kortex.tensor.SettingException;

/**
 * Half a cosine wave from {@code rate} down to {@code floor}: {@code floor + (rate − floor) · (1 +
 * cos(π · t / total)) / 2} with t counted after the warm-up, constant afterwards (Loshchilov and
 * Hutter, "SGDR", 2017).
 *
 * @param rate the highest rate, above 0
 * @param total when the floor is reached, warm-up included; empty: at the end of the training
 * @param warmup a linear rise at the start, default none
 * @param floor the lowest rate, from 0 to {@code rate}, default 0
 */
public record Cosine(double rate, Optional<Span> total, Span warmup, double floor)
    implements Schedule {
  /** Throws {@code SettingException} when a value is out of range. */
  public Cosine {
    Check.positive("learning rate", rate);
    SettingException.require(
        floor >= 0 && floor <= rate, "floor", floor, "from 0 to the rate, " + rate);
  }

  /** Down to 0 over the whole training, without warm-up. */
  public static Cosine of(double rate) {
    return new Cosine(rate, Optional.empty(), Span.steps(0), 0);
  }

  @Override
  public Schedule over(Horizon horizon) {
    Span all = total.map(t -> t.over(horizon)).orElse(Span.steps(horizon.totalSteps()));
    Span rise = warmup.over(horizon);
    // A training cut short may end within its warm-up; a length given next to it may not.
    SettingException.require(
        total.isEmpty() || rise.count() < all.count(), "warmup", warmup, "shorter than " + all);
    return new Cosine(rate, Optional.of(all), rise, floor);
  }

  @Override
  public Tensor at(Tensor step) {
    long length =
        total
            .orElseThrow(() ->
                new SettingException(
                    "the length of " + this + " is not known outside of train { }",
                    "Give it: cosine(" + rate + ", total = 1000.steps)."))
            .steps();
    return new Warmup(new Wave(rate, length - warmup.steps(), floor), warmup).at(step);
  }

  /** The part after the warm-up. */
  private record Wave(double rate, long length, double floor) implements Schedule {
    @Override
    public Tensor at(Tensor step) {
      Tensor done = step.div(Math.max(1, length)).min(Schedule.scalar(1));
      return done.mul(Math.PI).cos().add(1).mul((rate - floor) / 2).add(floor);
    }
  }

  @Override
  public String toString() {
    String rise = warmup.count() == 0 ? "" : ", warmup = " + warmup;
    return "cosine(" + rate + rise + (floor == 0 ? "" : ", floor = " + floor) + ")";
  }
}

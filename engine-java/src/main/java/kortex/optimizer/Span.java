package kortex.optimizer;

import kortex.tensor.SettingException;

/**
 * A stretch of training.
 *
 * @param count how many, 0 or more
 * @param unit of what
 */
public record Span(double count, Unit unit) {
  /** What is counted. */
  public enum Unit {
    /** Updates of the parameters. */
    STEPS,
    /** Visits of the whole dataset. */
    EPOCHS
  }

  /** Throws {@code SettingException} when the count is negative. */
  public Span {
    Check.notNegative("number of " + unit.name().toLowerCase(java.util.Locale.ROOT), count);
  }

  /** A number of steps. */
  public static Span steps(long count) {
    return new Span(count, Unit.STEPS);
  }

  /** A number of epochs, which may be broken. */
  public static Span epochs(double count) {
    return new Span(count, Unit.EPOCHS);
  }

  /** The same in steps. */
  public Span over(Horizon horizon) {
    return unit == Unit.STEPS ? this : steps(Math.round(count * horizon.stepsPerEpoch()));
  }

  /** The number of steps. Throws {@code SettingException} while it is counted in epochs. */
  long steps() {
    SettingException.require(
        unit == Unit.STEPS, "span", this, "known in steps: call Schedule.over first");
    return Math.round(count);
  }

  /** Written as {@code 50.steps}. */
  @Override
  public String toString() {
    String number = count == Math.rint(count) ? Long.toString((long) count) : "" + count;
    return number + "." + unit.name().toLowerCase(java.util.Locale.ROOT);
  }
}

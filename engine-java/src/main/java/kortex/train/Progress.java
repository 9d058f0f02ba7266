package kortex.train;

import java.util.OptionalDouble;

/**
 * Where a training is: what the loop carries from epoch to epoch.
 *
 * @param epochs epochs done
 * @param best the best value of the monitor so far
 * @param stale epochs since it was reached
 */
record Progress(int epochs, OptionalDouble best, int stale) {
  static final Progress START = new Progress(0, OptionalDouble.empty(), 0);

  /** After one more epoch with this value of the monitor. */
  Progress after(double value, boolean higherIsBetter, double minDelta) {
    boolean better =
        best.isEmpty()
            || (higherIsBetter
                ? value > best.getAsDouble() + minDelta
                : value < best.getAsDouble() - minDelta);
    return better
        ? new Progress(epochs + 1, OptionalDouble.of(value), 0)
        : new Progress(epochs + 1, best, stale + 1);
  }

  /** Whether the last epoch was the best. */
  boolean improved() {
    return stale == 0 && best.isPresent();
  }
}

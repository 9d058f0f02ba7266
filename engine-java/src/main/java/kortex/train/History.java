package kortex.train;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What happened in a training.
 *
 * @param epochs one record for each epoch, never empty
 * @param monitor what tells the best epoch
 * @param higherIsBetter whether larger values of it are better
 * @param stepLosses the loss of every step, when the settings ask for it, else empty
 * @param end why the training ended
 */
public record History(
    List<EpochRecord> epochs,
    Monitor monitor,
    boolean higherIsBetter,
    List<Double> stepLosses,
    String end) {
  /** Copies the lists. */
  public History {
    epochs = List.copyOf(epochs);
    stepLosses = List.copyOf(stepLosses);
  }

  /** The epoch with the best value of the monitor; of equals the first. */
  public EpochRecord best() {
    Comparator<EpochRecord> byValue = Comparator.comparingDouble(monitor::of);
    return epochs.stream().min(higherIsBetter ? byValue.reversed() : byValue).orElseThrow();
  }

  /** The last epoch. */
  public EpochRecord last() {
    return epochs.getLast();
  }

  /** A line for each epoch, and the end. */
  @Override
  public String toString() {
    return epochs.stream().map(EpochRecord::toString).collect(Collectors.joining("\n"))
        + "\n"
        + end
        + "; best by "
        + monitor
        + ": epoch "
        + best().epoch();
  }
}

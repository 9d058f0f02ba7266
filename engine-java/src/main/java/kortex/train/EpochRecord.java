package kortex.train;

import java.util.Optional;

/**
 * What happened in one epoch.
 *
 * @param epoch its number, from 1
 * @param step updates made in the training so far
 * @param train means over the training batches, each measured before its update
 * @param validation the scores on the validation data after the epoch, if there are any
 * @param learningRate the rate of the last update
 * @param examplesPerSecond training speed, validation not counted
 * @param seconds the whole epoch with validation
 */
public record EpochRecord(
    int epoch,
    long step,
    Scores train,
    Optional<Scores> validation,
    double learningRate,
    double examplesPerSecond,
    double seconds) {
  /** One line, as a log shows it. */
  @Override
  public String toString() {
    return "epoch " + epoch + ": " + train + validation.map(v -> " · validation " + v).orElse("");
  }
}

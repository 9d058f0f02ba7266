package kortex.train;

import kortex.tensor.KortexException;

/** A training that went wrong: a loss that is not a number, a parameter without a gradient. */
public final class TrainingException extends KortexException {
  /** An error that says {@code what} is wrong, with both values, and the {@code remedy}. */
  public TrainingException(String what, String remedy) {
    super(what, remedy);
  }
}

package kortex.tensor;

/** Numbers for which a function has no value: the inverse of a singular matrix. */
public final class NumericException extends KortexException {
  /** An error that says {@code what} is wrong, with both values, and the {@code remedy}. */
  public NumericException(String what, String remedy) {
    super(what, remedy);
  }
}

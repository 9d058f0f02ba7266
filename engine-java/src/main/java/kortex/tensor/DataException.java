package kortex.tensor;

/** Data that is missing, malformed or out of range; names row and column where there is one. */
public final class DataException extends KortexException {
  /** An error that says {@code what} is wrong, with both values, and the {@code remedy}. */
  public DataException(String what, String remedy) {
    super(what, remedy);
  }

  /** The same, caused by another failure. */
  public DataException(String what, String remedy, Throwable cause) {
    super(what, remedy, cause);
  }
}

package kortex.tensor;

/** An element type where another is needed. */
public final class DTypeException extends KortexException {
  /** An error that says {@code what} is wrong, with both values, and the {@code remedy}. */
  public DTypeException(String what, String remedy) {
    super(what, remedy);
  }

  /** The same, caused by another failure. */
  public DTypeException(String what, String remedy, Throwable cause) {
    super(what, remedy, cause);
  }
}

package kortex.tensor;

/** Shapes, axes or sizes that do not fit together. */
public final class ShapeException extends KortexException {
  /** An error that says {@code what} is wrong, with both values, and the {@code remedy}. */
  public ShapeException(String what, String remedy) {
    super(what, remedy);
  }

  /** The same, caused by another failure. */
  public ShapeException(String what, String remedy, Throwable cause) {
    super(what, remedy, cause);
  }
}

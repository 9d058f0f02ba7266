package kortex.tensor;

/** Numbers asked of a tensor that only stands for others, inside a function that is transformed. */
public final class PlaceholderException extends KortexException {
  /** An error that says {@code what} is wrong, with both values, and the {@code remedy}. */
  public PlaceholderException(String what, String remedy) {
    super(what, remedy);
  }
}

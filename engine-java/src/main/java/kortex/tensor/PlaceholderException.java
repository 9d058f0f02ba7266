package kortex.tensor;

/** Numbers asked of a tensor that only stands for others, inside a function that is transformed. */
public final class PlaceholderException extends KortexException {
  private final String placeholder;

  /**
   * An error that says {@code what} is wrong, with both values, and the {@code remedy}.
   *
   * @param placeholder what the tensor without numbers stands for
   */
  public PlaceholderException(String what, String remedy, String placeholder) {
    super(what, remedy);
    this.placeholder = placeholder;
  }

  /** What the tensor without numbers stands for: {@code one member of argument 0 of vmap}. */
  public String placeholder() {
    return placeholder;
  }
}

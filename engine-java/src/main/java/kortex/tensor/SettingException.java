package kortex.tensor;

/** A hyperparameter, option or flag with a value it cannot have. */
public final class SettingException extends KortexException {
  /** An error that says {@code what} is wrong, with both values, and the {@code remedy}. */
  public SettingException(String what, String remedy) {
    super(what, remedy);
  }

  /** The same, caused by another failure. */
  public SettingException(String what, String remedy, Throwable cause) {
    super(what, remedy, cause);
  }
}

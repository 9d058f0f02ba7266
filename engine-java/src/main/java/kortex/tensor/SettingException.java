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

  /** Throws unless {@code valid}, naming the setting, its value and the valid range. */
  public static void require(boolean valid, String name, Object value, String range) {
    if (!valid) {
      throw new SettingException(
          name + " is " + value + ", must be " + range, "Set " + name + " to " + range + ".");
    }
  }
}

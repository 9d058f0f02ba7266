package kortex.tensor;

/** A backend, native library or device that cannot do what is asked. */
public final class DeviceException extends KortexException {
  /** An error that says {@code what} is wrong, with both values, and the {@code remedy}. */
  public DeviceException(String what, String remedy) {
    super(what, remedy);
  }

  /** The same, caused by another failure. */
  public DeviceException(String what, String remedy, Throwable cause) {
    super(what, remedy, cause);
  }
}

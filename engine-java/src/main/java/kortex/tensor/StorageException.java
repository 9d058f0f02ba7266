package kortex.tensor;

/** A file that cannot be read or written, or whose content is not what it should be. */
public final class StorageException extends KortexException {
  /** An error that says {@code what} is wrong, with both values, and the {@code remedy}. */
  public StorageException(String what, String remedy) {
    super(what, remedy);
  }

  /** The same, caused by another failure. */
  public StorageException(String what, String remedy, Throwable cause) {
    super(what, remedy, cause);
  }
}

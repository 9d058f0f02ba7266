package kortex.tensor;

/**
 * The root of every error that a user can cause or mend. It says what is wrong (both values), and
 * what to try; the script host adds where.
 */
public abstract class KortexException extends RuntimeException {
  private final String remedy;
  private String madeAt = "";

  /**
   * @param what what is wrong, with both values, in one or more lines
   * @param remedy what to try, one sentence
   */
  protected KortexException(String what, String remedy) {
    super(what);
    this.remedy = remedy;
  }

  protected KortexException(String what, String remedy, Throwable cause) {
    super(what, cause);
    this.remedy = remedy;
  }

  /** The name shown to users: {@code ShapeError}, {@code DataError}, … */
  public String title() {
    return getClass().getSimpleName().replace("Exception", "Error");
  }

  /** What is wrong, without title and remedy. */
  public String what() {
    return super.getMessage() + (madeAt.isEmpty() ? "" : " (made at " + madeAt + ")");
  }

  /**
   * Says which line made what failed, for errors that are thrown where a result is asked for.
   *
   * @param line empty when no line is known
   */
  public void madeAt(String line) {
    madeAt = line;
  }

  /** What to try. */
  public String remedy() {
    return remedy;
  }

  /** The anchor of this kind of error in {@code docs/errors.md}. */
  public String anchor() {
    return "docs/errors.md#" + title().replace("Error", "").toLowerCase(java.util.Locale.ROOT);
  }

  /** The error in the one shape all Kortex errors have. */
  @Override
  public String getMessage() {
    return title() + ": " + what().replace("\n", "\n  ") + "\n  Try: " + remedy + "  " + anchor();
  }
}

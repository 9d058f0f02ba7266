package kortex.model;

/**
 * Where in the user's text a layer was declared, so that errors can point there.
 *
 * @param file name of the script or source file
 * @param line line number, from 1
 * @param call the declaration as it is written, such as {@code dense(10)}
 */
public record Site(String file, int line, String call) {
  /** No text: the layer was made by code that does not say. */
  public static final Site NONE = new Site("", 0, "");

  /** Whether there is a text to point to. */
  public boolean known() {
    return line > 0;
  }

  /** Written as {@code digits.nn.kts:14 dense(10)}. */
  @Override
  public String toString() {
    return known() ? file + ":" + line + "  " + call : call;
  }
}

package kortex.model;

import java.util.List;

/** A height and a width, in elements. */
public record Size2d(int height, int width) {
  /** The same for both axes. */
  public static Size2d of(int size) {
    return new Size2d(size, size);
  }

  /** Throws {@code SettingException} unless both are at least {@code least}. */
  Size2d atLeast(int least, String name) {
    Check.atLeast(least, name, Math.min(height, width));
    return this;
  }

  List<Integer> list() {
    return List.of(height, width);
  }

  /** Written {@code 3} or {@code 3 x 5}. */
  @Override
  public String toString() {
    return height == width ? "" + height : height + " x " + width;
  }
}

package kortex.model;

import kortex.tensor.Shape;

/** Elements added around an image before a window moves over it. */
public sealed interface Padding {
  /** As much as makes the output {@code ⌈extent / stride⌉}; an odd element goes at the end. */
  Padding SAME = new Same();

  /** None. */
  Padding VALID = new Explicit(0, 0, 0, 0);

  /** The same number of elements above and below, and of elements left and right. */
  static Padding of(int height, int width) {
    return new Explicit(height, height, width, width);
  }

  /**
   * The elements for windows that reach over {@code reach} elements of {@code [.., h, w]}. Throws
   * {@code SettingException} when a stride is below 1.
   */
  Explicit resolve(Shape image, Size2d reach, Size2d stride);

  /** See {@link #SAME}. */
  record Same() implements Padding {
    @Override
    public Explicit resolve(Shape image, Size2d reach, Size2d stride) {
      stride.atLeast(1, "stride");
      int h = total(image.extent(-2), reach.height(), stride.height());
      int w = total(image.extent(-1), reach.width(), stride.width());
      return new Explicit(h / 2, h - h / 2, w / 2, w - w / 2);
    }

    private static int total(long extent, int reach, int stride) {
      long outputs = Math.ceilDiv(extent, stride);
      return Math.toIntExact(Math.max((outputs - 1) * stride + reach - extent, 0));
    }

    @Override
    public String toString() {
      return "same";
    }
  }

  /** Given numbers of elements. Throws {@code SettingException} when one is negative. */
  record Explicit(int top, int bottom, int left, int right) implements Padding {
    public Explicit {
      Check.atLeast(0, "padding", Math.min(Math.min(top, bottom), Math.min(left, right)));
    }

    @Override
    public Explicit resolve(Shape image, Size2d reach, Size2d stride) {
      return this;
    }

    @Override
    public String toString() {
      if (top == bottom && left == right) {
        return top == 0 && left == 0 ? "valid" : new Size2d(top, left).toString();
      }
      return "(" + top + ", " + bottom + ", " + left + ", " + right + ")";
    }
  }
}

package kortex.model;

import java.util.List;
import kortex.op.Pooling;
import kortex.tensor.Shape;

/**
 * The windows of a pool.
 *
 * @param size extents of the window
 * @param stride steps between windows; the usual choice is the size
 * @param padding elements around the image, which never count; less than the window
 */
public record Window2d(Size2d size, Size2d stride, Padding padding) {
  /** Throws {@code SettingException} when a size or stride is below 1. */
  public Window2d {
    size.atLeast(1, "window");
    stride.atLeast(1, "stride");
  }

  /** Windows side by side, without padding. */
  public static Window2d of(int size) {
    return new Window2d(Size2d.of(size), Size2d.of(size), Padding.VALID);
  }

  Pooling.Geometry geometry(Shape image) {
    Padding.Explicit pad = padding.resolve(image, size, stride);
    return new Pooling.Geometry(
        size.list(),
        stride.list(),
        List.of(pad.top(), pad.left()),
        List.of(pad.bottom(), pad.right()));
  }

  /** The arguments in a script. */
  @Override
  public String toString() {
    return size
        + (stride.equals(size) ? "" : ", stride = " + stride)
        + (padding.equals(Padding.VALID) ? "" : ", padding = " + padding);
  }
}

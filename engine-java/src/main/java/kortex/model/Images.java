package kortex.model;

import java.util.List;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** What the layers that take images have in common. */
final class Images {
  private Images() {}

  /** The only input, which must be {@code [channels, height, width]}. */
  static Shape only(String layer, List<Shape> inputs) {
    Shape image = inputs.getFirst();
    if (image.rank() != 3) {
      throw new ShapeException(
          layer + " needs an image [channels, height, width], got " + image,
          "Put it before the image is flattened.");
    }
    return image;
  }
}

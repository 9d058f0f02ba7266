package kortex.rewrite;

import java.util.Arrays;
import kortex.tensor.Shape;

/** Shapes without their axes of extent 1. */
final class Units {
  private Units() {}

  static Shape drop(Shape shape) {
    return Shape.of(Arrays.stream(shape.toArray()).filter(e -> e != 1).toArray());
  }
}

package kortex.model;

import kortex.tensor.Shape;

/**
 * How many values flow into and out of one unit of a weight, which sets the scale of its initial
 * values: for a weight {@code [out, in, kernel..]} these are {@code in · |kernel|} and {@code out ·
 * |kernel|}, as PyTorch counts them.
 */
public record Fans(long in, long out) {
  /** The fans of a weight; of a vector both are its length, of a scalar 1. */
  public static Fans of(Shape shape) {
    if (shape.rank() < 2) {
      return new Fans(shape.size(), shape.size());
    }
    long kernel = shape.drop(2).size();
    return new Fans(shape.extent(1) * kernel, shape.extent(0) * kernel);
  }
}

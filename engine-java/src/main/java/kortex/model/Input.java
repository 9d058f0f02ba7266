package kortex.model;

import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * What a network takes: a kind and the shape of one example, without the batch axis.
 *
 * @param kind what the axes mean
 * @param shape extents of one example
 */
public record Input(Kind kind, Shape shape) {
  /** What the axes of an example mean. */
  public enum Kind {
    /** {@code [channels, height, width]}. */
    IMAGE(3, "image"),
    /** {@code [features]}. */
    FEATURES(1, "features");

    private final int rank;
    private final String label;

    Kind(int rank, String label) {
      this.rank = rank;
      this.label = label;
    }
  }

  /** Throws {@link ShapeException} when the shape does not fit the kind or has an empty axis. */
  public Input {
    if (shape.rank() != kind.rank || shape.size() == 0) {
      throw new ShapeException(
          "an input of kind " + kind.label + " cannot have the shape " + shape,
          "Give " + kind.rank + " extents of 1 or more.");
    }
  }

  /** An image of {@code [channels, height, width]}. */
  public static Input image(long channels, long height, long width) {
    return new Input(Kind.IMAGE, Shape.of(channels, height, width));
  }

  /** A vector of {@code [count]} features. */
  public static Input features(long count) {
    return new Input(Kind.FEATURES, Shape.of(count));
  }

  /** Written as in a script: {@code image(1, 8, 8)}. */
  @Override
  public String toString() {
    String extents = shape.toString();
    return kind.label + "(" + extents.substring(1, extents.length() - 1) + ")";
  }
}

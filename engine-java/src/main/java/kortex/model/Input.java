package kortex.model;

import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * What a network takes: a kind and the shape of one example, without the batch axis.
 *
 * @param kind what the axes mean
 * @param shape extents of one example
 * @param vocabulary how many tokens there are; 0 unless the kind is tokens
 */
public record Input(Kind kind, Shape shape, int vocabulary) {
  /** What the axes of an example mean. */
  public enum Kind {
    /** {@code [channels, height, width]}. */
    IMAGE(3, "image"),
    /** {@code [features]}. */
    FEATURES(1, "features"),
    /** {@code [time, features]}. */
    SEQUENCE(2, "sequence"),
    /** {@code [time]} whole numbers from 0 to vocabulary − 1. */
    TOKENS(1, "tokens");

    private final int rank;
    private final String label;

    Kind(int rank, String label) {
      this.rank = rank;
      this.label = label;
    }
  }

  /**
   * Throws {@link ShapeException} when the shape does not fit the kind or has an empty axis, {@code
   * SettingException} when tokens have no vocabulary or others have one.
   */
  public Input {
    if (shape.rank() != kind.rank || shape.size() == 0) {
      throw new ShapeException(
          "an input of kind " + kind.label + " cannot have the shape " + shape,
          "Give " + kind.rank + " extents of 1 or more.");
    }
    if (kind == Kind.TOKENS) {
      Check.atLeast(1, "vocabulary", vocabulary);
    } else {
      SettingException.require(vocabulary == 0, "vocabulary", vocabulary, "0 without tokens");
    }
  }

  /** An input of numbers. */
  public Input(Kind kind, Shape shape) {
    this(kind, shape, 0);
  }

  /** An image of {@code [channels, height, width]}. */
  public static Input image(long channels, long height, long width) {
    return new Input(Kind.IMAGE, Shape.of(channels, height, width));
  }

  /** A vector of {@code [count]} features. */
  public static Input features(long count) {
    return new Input(Kind.FEATURES, Shape.of(count));
  }

  /** A sequence of {@code time} steps of {@code features} each. */
  public static Input sequence(long time, long features) {
    return new Input(Kind.SEQUENCE, Shape.of(time, features));
  }

  /** A sequence of {@code time} whole numbers from 0 to {@code vocabulary − 1}. */
  public static Input tokens(long time, int vocabulary) {
    return new Input(Kind.TOKENS, Shape.of(time), vocabulary);
  }

  /** Written as in a script: {@code image(1, 8, 8)}. */
  @Override
  public String toString() {
    String extents = shape.toString();
    String bare = extents.substring(1, extents.length() - 1);
    return switch (kind) {
      case IMAGE, FEATURES -> kind.label + "(" + bare + ")";
      case SEQUENCE ->
          "sequence(time = " + shape.extent(0) + ", features = " + shape.extent(1) + ")";
      case TOKENS -> "tokens(time = " + bare + ", vocabulary = " + vocabulary + ")";
    };
  }
}

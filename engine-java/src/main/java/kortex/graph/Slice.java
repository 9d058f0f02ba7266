package kortex.graph;

import java.util.OptionalLong;
import kortex.tensor.ShapeException;

/**
 * What {@link Slicing#slice} takes of one axis. Positions below 0 count from the end; ranges end
 * before their end, and what is outside of the axis is left out, as in NumPy.
 *
 * <pre>{@code
 * x.slice(Slice.at(0), Slice.of(1, 5), Slice.all().by(-1));   // x[0, 1:5, ::-1]
 * x.slice(Slice.ELLIPSIS, Slice.NEW_AXIS);                    // x[..., None]
 * }</pre>
 */
public sealed interface Slice {
  /** All axes that no other slice names; once at most. */
  Slice ELLIPSIS = new Ellipsis();

  /** A new axis of extent 1. */
  Slice NEW_AXIS = new NewAxis();

  /** One position; the axis is dropped. */
  record At(long position) implements Slice {}

  /**
   * The positions {@code begin}, {@code begin + step}, … before {@code end}; without one of them
   * from the first, to the last, or the other way round for a step below 0.
   */
  record Between(OptionalLong begin, OptionalLong end, long step) implements Slice {
    public Between {
      if (step == 0) {
        throw new ShapeException(
            "the step of a slice is 0", "Use 1 to go forwards and −1 to go backwards.");
      }
    }

    /** The same range in other steps. */
    public Between by(long step) {
      return new Between(begin, end, step);
    }
  }

  /** See {@link #ELLIPSIS}. */
  record Ellipsis() implements Slice {}

  /** See {@link #NEW_AXIS}. */
  record NewAxis() implements Slice {}

  /** One position; the axis is dropped. */
  static Slice at(long position) {
    return new At(position);
  }

  /** From {@code begin} to {@code end} − 1. */
  static Between of(long begin, long end) {
    return new Between(OptionalLong.of(begin), OptionalLong.of(end), 1);
  }

  /** From {@code begin} on. */
  static Between from(long begin) {
    return new Between(OptionalLong.of(begin), OptionalLong.empty(), 1);
  }

  /** Everything before {@code end}. */
  static Between until(long end) {
    return new Between(OptionalLong.empty(), OptionalLong.of(end), 1);
  }

  /** The whole axis. */
  static Between all() {
    return new Between(OptionalLong.empty(), OptionalLong.empty(), 1);
  }
}

package kortex.plan;

import java.util.List;
import java.util.OptionalInt;
import kortex.op.Join;
import kortex.op.View;
import kortex.tensor.Axis;

/**
 * Where the current point of the iteration space is along one axis of a value: {@code step · origin
 * + offset}.
 */
record Coordinate(Origin origin, long step, long offset) {
  /** At the only position of an axis of extent 1. */
  static final Coordinate ONLY = new Coordinate(new Still(), 0, 0);

  /** What moves a coordinate. */
  sealed interface Origin {}

  /** Nothing. */
  record Still() implements Origin {}

  /** An axis of the iteration space. */
  record Counter(int axis) implements Origin {}

  /**
   * A point on a padded axis: the position of the element there, and where no element is, of one
   * that is.
   */
  record Padded(Coordinate point, Join.Margin margin, long extent) implements Origin {}

  /** The coordinate that follows an axis of the iteration space. */
  static Coordinate along(int axis) {
    return new Coordinate(new Counter(axis), 1, 0);
  }

  /** The coordinates of a value of the shape of the iteration space. */
  static List<Coordinate> identity(int rank) {
    return along(Axis.range(0, rank));
  }

  /** Coordinates that each follow an axis of the iteration space. */
  static List<Coordinate> along(List<Integer> axes) {
    return axes.stream().map(Coordinate::along).toList();
  }

  /** The coordinate on the axis that this one runs over a range of. */
  Coordinate of(View.Range range) {
    return new Coordinate(origin, step * range.step(), range.begin() + offset * range.step());
  }

  /** The coordinate on an axis of an extent that this one runs over the padded form of. */
  Coordinate inside(Join.Margin margin, long extent) {
    return margin.equals(Join.Margin.NONE)
        ? this
        : new Coordinate(new Padded(this, margin, extent), 1, 0);
  }

  /** The axis of the iteration space that moves it, if one does. */
  OptionalInt axis() {
    return switch (origin) {
      case Still o -> OptionalInt.empty();
      case Counter o -> OptionalInt.of(o.axis());
      case Padded o -> o.point().axis();
    };
  }
}

package kortex.plan;

import java.util.List;
import java.util.Optional;
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
  record Padded(Coordinate point, Join.Margin margin, long extent) implements Origin {
    /**
     * Where the point is on an element, along the axis of the iteration space that moves it; empty
     * where that is not one stretch.
     */
    Optional<Stretch> elements() {
      return point
          .line()
          .filter(l -> l.step() != 0 && margin.interior() == 0)
          .map(l -> {
            long low = margin.low() - l.offset();
            long end = low + extent;
            return l.step() > 0
                ? new Stretch(Math.ceilDiv(low, l.step()), Math.ceilDiv(end, l.step()))
                : new Stretch(Math.ceilDiv(end - 1, l.step()), Math.floorDiv(low, l.step()) + 1);
          });
    }
  }

  /** The positions from {@code from} to {@code to} − 1 of an axis of the iteration space. */
  record Stretch(long from, long to) {
    boolean contains(Stretch other) {
      return from <= other.from && other.to <= to;
    }

    boolean isApart(Stretch other) {
      return to <= other.from || other.to <= from || from >= to;
    }
  }

  /** The coordinate as {@code step · counter + offset}, wherever it is on elements. */
  private record Line(long step, long offset) {}

  private Optional<Line> line() {
    return switch (origin) {
      case Still o -> Optional.of(new Line(0, offset));
      case Counter o -> Optional.of(new Line(step, offset));
      case Padded o ->
          o.margin().interior() > 0
              ? Optional.empty()
              : o.point()
                  .line()
                  .map(l ->
                      new Line(step * l.step(), step * (l.offset() - o.margin().low()) + offset));
    };
  }

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

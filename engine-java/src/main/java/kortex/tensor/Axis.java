package kortex.tensor;

import java.util.Collection;
import java.util.List;

/** Axis numbers: 0 is outermost, negative numbers count from the end. */
public final class Axis {
  private Axis() {}

  /** The axis as a number from 0 to rank − 1. Throws {@link ShapeException} when out of range. */
  public static int normalise(int axis, int rank) {
    int normal = axis < 0 ? axis + rank : axis;
    if (normal < 0 || normal >= rank) {
      throw new ShapeException(
          "axis " + axis + " is out of range for rank " + rank,
          rank == 0
              ? "A scalar has no axes."
              : "Use an axis from " + -rank + " to " + (rank - 1) + ".");
    }
    return normal;
  }

  /** The axes normalised, sorted and checked for repeats; an empty collection means all axes. */
  public static List<Integer> normaliseAll(Collection<Integer> axes, int rank) {
    if (axes.isEmpty()) {
      return java.util.stream.IntStream.range(0, rank).boxed().toList();
    }
    List<Integer> out = axes.stream().map(a -> normalise(a, rank)).distinct().sorted().toList();
    if (out.size() != axes.size()) {
      throw new ShapeException("axes " + axes + " name an axis twice", "Name every axis once.");
    }
    return out;
  }
}

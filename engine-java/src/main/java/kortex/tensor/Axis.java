package kortex.tensor;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

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

  /** The axes from {@code from} to {@code to} − 1. */
  public static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /** All axes of a rank but the given ones, in order. */
  public static List<Integer> without(int rank, Collection<Integer> axes) {
    return range(0, rank).stream().filter(a -> !axes.contains(a)).toList();
  }

  /** The axes normalised, sorted and checked for repeats; an empty collection means all axes. */
  public static List<Integer> normaliseAll(Collection<Integer> axes, int rank) {
    if (axes.isEmpty()) {
      return range(0, rank);
    }
    List<Integer> out = axes.stream().map(a -> normalise(a, rank)).distinct().sorted().toList();
    if (out.size() != axes.size()) {
      throw new ShapeException("axes " + axes + " name an axis twice", "Name every axis once.");
    }
    return out;
  }
}

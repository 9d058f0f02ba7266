package kortex.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The extents of a tensor, outermost axis first. Immutable; a scalar has rank 0. An extent may be
 * 0, never negative.
 */
public final class Shape {
  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new long[0]);

  private final long[] extents;

  private Shape(long[] extents) {
    this.extents = extents;
  }

  /** A shape of the given extents. Throws {@link ShapeException} when one is negative. */
  public static Shape of(long... extents) {
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] < 0) {
        throw new ShapeException(
            "extent "
                + extents[i]
                + " of axis "
                + i
                + " is negative in "
                + Arrays.toString(extents),
            "Give every axis an extent of 0 or more.");
      }
    }
    return extents.length == 0 ? SCALAR : new Shape(extents.clone());
  }

  /** A shape of the given extents. */
  public static Shape of(List<? extends Number> extents) {
    return of(extents.stream().mapToLong(Number::longValue).toArray());
  }

  /** Number of axes. */
  public int rank() {
    return extents.length;
  }

  /** Extent of one axis; negative axes count from the end. */
  public long extent(int axis) {
    return extents[Axis.normalise(axis, extents.length)];
  }

  /** Number of elements. */
  public long size() {
    long n = 1;
    for (long e : extents) {
      if (e != 0 && n > Long.MAX_VALUE / 8 / e) {
        throw new ShapeException(
            "a tensor of shape " + this + " has more than 2^60 elements", "Check the extents.");
      }
      n *= e;
    }
    return n;
  }

  /** The extents as a fresh array. */
  public long[] toArray() {
    return extents.clone();
  }

  /** Row-major strides, in elements. */
  public long[] strides() {
    long[] strides = new long[extents.length];
    long stride = 1;
    for (int i = extents.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= extents[i];
    }
    return strides;
  }

  /** This shape with {@code extent} inserted before {@code axis} (0 … rank). */
  public Shape insert(int axis, long extent) {
    long[] out = new long[extents.length + 1];
    System.arraycopy(extents, 0, out, 0, axis);
    out[axis] = extent;
    System.arraycopy(extents, axis, out, axis + 1, extents.length - axis);
    return of(out);
  }

  /** This shape with a new outermost axis. */
  public Shape prepend(long extent) {
    return insert(0, extent);
  }

  /** The axes from {@code from} on. */
  public Shape drop(int from) {
    return of(Arrays.copyOfRange(extents, from, extents.length));
  }

  /** The first {@code count} axes. */
  public Shape take(int count) {
    return of(Arrays.copyOf(extents, count));
  }

  /** This shape without its axes of extent 1. */
  public Shape withoutUnits() {
    return of(Arrays.stream(extents).filter(e -> e != 1).toArray());
  }

  /** This shape with one axis set to {@code extent}. */
  public Shape with(int axis, long extent) {
    long[] out = extents.clone();
    out[Axis.normalise(axis, extents.length)] = extent;
    return of(out);
  }

  /**
   * The shape both broadcast to under NumPy's rules: aligned at the last axis, extents equal or 1.
   * Throws {@link ShapeException} when they do not fit.
   */
  public Shape broadcast(Shape other) {
    int rank = Math.max(rank(), other.rank());
    long[] out = new long[rank];
    for (int i = 0; i < rank; i++) {
      int mine = i - (rank - rank());
      int theirs = i - (rank - other.rank());
      long a = mine < 0 ? 1 : extents[mine];
      long b = theirs < 0 ? 1 : other.extents[theirs];
      if (a != b && a != 1 && b != 1) {
        throw new ShapeException(
            "shapes "
                + this
                + " and "
                + other
                + " do not broadcast: axis "
                + i
                + " has "
                + a
                + " and "
                + b,
            "Extents must be equal or 1, counted from the last axis; reshape or transpose one"
                + " side.");
      }
      out[i] = a == 1 ? b : a;
    }
    return of(out);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(extents, that.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /** Written as {@code [64, 512]}. */
  @Override
  public String toString() {
    return Arrays.stream(extents)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}

package kortex.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kortex.plan.Coordinate.Counter;
import kortex.plan.Coordinate.Padded;
import kortex.plan.Coordinate.Still;
import kortex.tensor.Shape;

/**
 * A position in memory.
 *
 * @param strides its change along each axis of the iteration space
 * @param terms what points on padded axes add
 * @param offset the position where all of them are 0
 */
record Affine(List<Long> strides, List<Term> terms, long offset) {
  /** {@code stride · point}. */
  record Term(Padded point, long stride) {}

  /** The position in a dense value of {@code shape}, over an iteration space of a rank. */
  static Affine of(Shape shape, List<Coordinate> map, int rank) {
    List<Long> strides = new ArrayList<>(Collections.nCopies(rank, 0L));
    List<Term> terms = new ArrayList<>();
    long offset = 0;
    long[] dense = shape.strides();
    for (int i = 0; i < dense.length; i++) {
      if (shape.extent(i) != 1) {
        offset += add(map.get(i), dense[i], strides, terms);
      }
    }
    return new Affine(List.copyOf(strides), List.copyOf(terms), offset);
  }

  /** The position along one axis. */
  static Affine of(Coordinate coordinate, int rank) {
    List<Long> strides = new ArrayList<>(Collections.nCopies(rank, 0L));
    List<Term> terms = new ArrayList<>();
    long offset = add(coordinate, 1, strides, terms);
    return new Affine(List.copyOf(strides), List.copyOf(terms), offset);
  }

  /** Adds a coordinate times a stride, and returns the constant part of that. */
  private static long add(Coordinate c, long stride, List<Long> strides, List<Term> terms) {
    switch (c.origin()) {
      case Still o -> {}
      case Counter o -> strides.set(o.axis(), strides.get(o.axis()) + c.step() * stride);
      case Padded o -> terms.add(new Term(o, c.step() * stride));
    }
    return c.offset() * stride;
  }
}

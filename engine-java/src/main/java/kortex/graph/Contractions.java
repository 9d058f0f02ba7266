package kortex.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kortex.op.Join;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** Sums of products over axes other than those of matrices. */
public sealed interface Contractions extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** The sum of products of two vectors of one length, in their dtype. */
  default Tensor dot(Tensor other) {
    if (shape().rank() != 1 || !shape().equals(other.shape())) {
      throw new ShapeException(
          "dot needs two vectors of one length, got " + type() + " and " + other.type(),
          "Use matmul, inner or tensordot for other shapes.");
    }
    return Contraction.summed(self().mul(other), 0);
  }

  /**
   * Sums of products over the last axis of both: {@code [.., k] · […, k] → [.., …]}, in their
   * dtype.
   */
  default Tensor inner(Tensor other) {
    if (shape().rank() == 0 || other.shape().rank() == 0) {
      return self().mul(other);
    }
    return tensordot(other, List.of(-1), List.of(-1));
  }

  /**
   * All products of an element of this and one of another: {@code [m] · [n] → [m, n]}, flattened.
   */
  default Tensor outer(Tensor other) {
    return self().reshape(type().size(), 1).mul(other.reshape(1, other.type().size()));
  }

  /**
   * The Kronecker product: each element of this times the whole other tensor, side by side. Missing
   * leading axes count as 1.
   */
  default Tensor kron(Tensor other) {
    int rank = Math.max(shape().rank(), other.shape().rank());
    List<Long> mine = new ArrayList<>();
    List<Long> theirs = new ArrayList<>();
    List<Long> both = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      long a = extent(shape(), i - rank);
      long b = extent(other.shape(), i - rank);
      mine.addAll(List.of(a, 1L));
      theirs.addAll(List.of(1L, b));
      both.add(a * b);
    }
    Tensor blocks = reshaped(self(), mine).mul(reshaped(other, theirs));
    return reshaped(blocks, both);
  }

  private static long extent(Shape shape, int fromEnd) {
    return -fromEnd > shape.rank() ? 1 : shape.extent(fromEnd);
  }

  private static Tensor reshaped(Tensor x, List<Long> extents) {
    return Tensor.of(GraphEmit.INSTANCE.reshape(x.value(), Shape.of(extents)));
  }

  /** Sums of products over the last {@code count} axes of this and the first of another. */
  default Tensor tensordot(Tensor other, int count) {
    int most = Math.min(shape().rank(), other.shape().rank());
    if (count < 0 || count > most) {
      throw new ShapeException(
          "tensordot over " + count + " axes of " + type() + " and " + other.type(),
          "Give a number from 0 to " + most + ".");
    }
    int rank = shape().rank();
    return tensordot(other, Axis.range(rank - count, rank), Axis.range(0, count));
  }

  /**
   * Sums of products over axes of both, in pairs: the result has the other axes of this, then those
   * of the other tensor. Throws {@link ShapeException} when extents of a pair differ.
   */
  default Tensor tensordot(Tensor other, List<Integer> axes, List<Integer> otherAxes) {
    if (axes.size() != otherAxes.size()) {
      throw new ShapeException(
          "tensordot over axes "
              + axes
              + " and "
              + otherAxes
              + ": "
              + axes.size()
              + " and "
              + otherAxes.size(),
          "Name as many axes of both.");
    }
    int[] mine = labels(shape().rank(), 0);
    int[] theirs = labels(other.shape().rank(), mine.length);
    for (int i = 0; i < axes.size(); i++) {
      int a = Axis.normalise(axes.get(i), mine.length);
      int b = Axis.normalise(otherAxes.get(i), theirs.length);
      if (mine[a] != a || theirs[b] != mine.length + b) {
        throw new ShapeException(
            "axes " + axes + " and " + otherAxes + " name an axis twice", "Name every axis once.");
      }
      requirePair(other, a, b);
      mine[a] = -1 - i;
      theirs[b] = -1 - i;
    }
    List<Integer> result = new ArrayList<>();
    Arrays.stream(mine).filter(l -> l >= 0).forEach(result::add);
    Arrays.stream(theirs).filter(l -> l >= 0).forEach(result::add);
    Contraction first = new Contraction(self(), Arrays.stream(mine).boxed().toList());
    Contraction second = new Contraction(other, Arrays.stream(theirs).boxed().toList());
    return Contraction.all(List.of(first, second), result);
  }

  private void requirePair(Tensor other, int axis, int otherAxis) {
    if (shape().extent(axis) != other.shape().extent(otherAxis)) {
      throw new ShapeException(
          "tensordot of axis "
              + axis
              + " of "
              + type()
              + " and axis "
              + otherAxis
              + " of "
              + other.type()
              + ": extents "
              + shape().extent(axis)
              + " and "
              + other.shape().extent(otherAxis),
          "Pair axes of equal extent.");
    }
  }

  private static int[] labels(int rank, int from) {
    int[] out = new int[rank];
    Arrays.setAll(out, i -> from + i);
    return out;
  }

  /** The cross product of vectors of three elements along the last axis; the others broadcast. */
  default Tensor cross(Tensor other) {
    return cross(other, -1);
  }

  /** The cross product of vectors of three elements along {@code axis}; the others broadcast. */
  default Tensor cross(Tensor other, int axis) {
    Tensor a = self();
    Shape shape = a.shape().broadcast(other.shape());
    int along = Axis.normalise(axis, shape.rank());
    long mine = extent(a.shape(), along - shape.rank());
    long theirs = extent(other.shape(), along - shape.rank());
    if (mine != 3 || theirs != 3) {
      throw new ShapeException(
          "cross of "
              + type()
              + " and "
              + other.type()
              + " along axis "
              + axis
              + ": extents "
              + mine
              + " and "
              + theirs,
          "Give vectors of three elements along the axis.");
    }
    Tensor x = a.broadcastTo(shape);
    Tensor y = other.broadcastTo(shape);
    Tensor forward = turned(x, along, 1).mul(turned(y, along, 2));
    return forward.sub(turned(x, along, 2).mul(turned(y, along, 1)));
  }

  /** Element i along an axis of three is element (i + by) mod 3 of {@code x}. */
  private static Tensor turned(Tensor x, int axis, int by) {
    List<View.Range> last = new ArrayList<>(View.Range.all(x.shape()));
    List<View.Range> first = new ArrayList<>(last);
    last.set(axis, new View.Range(by, 3 - by, 1));
    first.set(axis, new View.Range(0, by, 1));
    return x.apply(new View.Slice(last))
        .apply(new Join.Concat(axis), x.apply(new View.Slice(first)));
  }
}

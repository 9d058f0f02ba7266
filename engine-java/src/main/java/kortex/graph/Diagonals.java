package kortex.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kortex.op.Join.Margin;
import kortex.op.View.Range;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * Diagonals and triangles of matrices, which are the last two axes. Diagonal number 0 is the main
 * one, those above have numbers above 0.
 */
public sealed interface Diagonals extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** The elements on and below a diagonal; 0 above. */
  default Tensor tril(long diagonal) {
    requireMatrix("tril");
    return column().lessOrEqual(row(diagonal)).select(self(), Tensor.full(type(), 0));
  }

  /** The elements on and above a diagonal; 0 below. */
  default Tensor triu(long diagonal) {
    requireMatrix("triu");
    return column().less(row(diagonal)).select(Tensor.full(type(), 0), self());
  }

  private Tensor column() {
    return Tensor.iota(type().as(DType.I32), -1);
  }

  /** The column of a diagonal in each row, or some column outside of the matrix. */
  private Tensor row(long diagonal) {
    long near = Math.clamp(diagonal, -shape().extent(-2), shape().extent(-1));
    return Tensor.iota(type().as(DType.I32), -2).add(near);
  }

  private void requireMatrix(String what) {
    if (shape().rank() < 2) {
      throw new ShapeException(
          what + " needs a matrix, got " + type(), "Give it two axes: reshape it, or use diag.");
    }
  }

  /** The elements of a diagonal of the last two axes: {@code [m, n] → [min(m, n)]}. */
  default Tensor diagonal(long diagonal) {
    requireMatrix("diagonal");
    int rank = shape().rank();
    long rows = shape().extent(rank - 2);
    long columns = shape().extent(rank - 1);
    long size =
        diagonal >= 0
            ? Math.min(rows, Math.max(0, columns - diagonal))
            : Math.min(columns, Math.max(0, rows + diagonal));
    Shape stack = shape().take(rank - 2);
    GraphEmit emit = GraphEmit.INSTANCE;
    Value flat = emit.reshape(value(), stack.insert(rank - 2, rows * columns));
    List<Range> ranges = new ArrayList<>(Range.all(stack));
    long begin = diagonal >= 0 ? diagonal : -diagonal * columns;
    ranges.add(new Range(begin, Math.max(0, size), columns + 1));
    return Tensor.of(emit.slice(flat, ranges));
  }

  /** The elements of a diagonal of two axes, which are dropped; the diagonal is the last axis. */
  default Tensor diagonal(long diagonal, int rows, int columns) {
    int rank = shape().rank();
    int first = Axis.normalise(rows, rank);
    int second = Axis.normalise(columns, rank);
    if (first == second) {
      throw new ShapeException(
          "a diagonal of axis " + first + " and itself", "Name two axes of " + type() + ".");
    }
    List<Integer> order = new ArrayList<>(Axis.without(rank, List.of(first, second)));
    order.add(first);
    order.add(second);
    return self().permute(order.stream().mapToInt(Integer::intValue).toArray()).diagonal(diagonal);
  }

  /** The sum of the main diagonal of the last two axes. */
  default Tensor trace() {
    Tensor main = diagonal(0);
    return main.sum(main.shape().rank() - 1);
  }

  /**
   * Matrices with this tensor's last axis on a diagonal and 0 elsewhere: {@code [n] → [n, n]}, and
   * larger by the diagonal's distance from the main one.
   */
  default Tensor diag(long diagonal) {
    if (shape().rank() == 0) {
      throw new ShapeException("diag of a scalar: " + type(), "Unsqueeze it: x.unsqueeze(0).");
    }
    int last = shape().rank() - 1;
    long n = shape().extent(last);
    double wanted = n + Math.abs((double) diagonal);
    if (wanted * wanted >= 0x1p60) {
      throw new ShapeException(
          "cannot put "
              + type()
              + " on diagonal "
              + diagonal
              + ": a matrix has less than 2^60 elements",
          "Use a diagonal that is nearer to the main one.");
    }
    long side = n + Math.abs(diagonal);
    List<Margin> margins = new ArrayList<>(Collections.nCopies(last, Margin.NONE));
    long low = n == 0 ? side * side : diagonal >= 0 ? diagonal : -diagonal * side;
    long inner = n == 0 ? 0 : n + (n - 1) * side;
    margins.add(new Margin(low, side * side - low - inner, side));
    GraphEmit emit = GraphEmit.INSTANCE;
    Value flat = emit.pad(value(), margins, 0);
    return Tensor.of(
        emit.reshape(flat, shape().take(last).insert(last, side).insert(last + 1, side)));
  }
}

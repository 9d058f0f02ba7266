package kortex.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** The words of matrix calculus, for gradient rules on stacks of matrices. */
record MatrixEmit<V>(Emit<V> e) {
  Shape shape(V x) {
    return e.type(x).shape();
  }

  /** The last two axes swapped. */
  V transpose(V x) {
    List<Integer> order = new ArrayList<>(Axis.range(0, shape(x).rank()));
    Collections.swap(order, order.size() - 1, order.size() - 2);
    return e.one(new View.Permute(List.copyOf(order)), List.of(x));
  }

  /** a · b. */
  V product(V a, V b) {
    return e.matMul(a, b, false, false);
  }

  /** aᵀ · b. */
  V transposedProduct(V a, V b) {
    return e.matMul(a, b, true, false);
  }

  /** a · bᵀ. */
  V productTransposed(V a, V b) {
    return e.matMul(a, b, false, true);
  }

  /** (x + xᵀ) / 2. */
  V symmetric(V x) {
    return e.scale(e.add(x, transpose(x)), 0.5);
  }

  /** x − xᵀ. */
  V skew(V x) {
    return e.sub(x, transpose(x));
  }

  private V position(TensorType type, int axis) {
    return e.one(new Index.Iota(type.as(DType.I32), type.shape().rank() + axis), List.of());
  }

  private V onDiagonal(TensorType type) {
    return e.equal(position(type, -2), position(type, -1));
  }

  /** Ones on the diagonal of a type, zeros elsewhere. */
  V identity(TensorType type) {
    return e.select(onDiagonal(type), e.fill(type, 1), e.fill(type, 0));
  }

  /** The elements on the diagonal and on one side of it; the others are zero. */
  V triangle(V x, boolean lower) {
    TensorType type = e.type(x);
    V row = position(type, -2);
    V column = position(type, -1);
    V inside = lower ? e.lessOrEqual(column, row) : e.lessOrEqual(row, column);
    return e.select(inside, x, e.fillLike(x, 0));
  }

  /** The same with {@code factor} times the diagonal. */
  V triangle(V x, boolean lower, double factor) {
    V scaled = e.select(onDiagonal(e.type(x)), e.scale(x, factor), x);
    return triangle(scaled, lower);
  }

  /** The columns from {@code from} on; the others are zero. */
  V columnsFrom(V x, long from) {
    TensorType type = e.type(x);
    V column = position(type, -1);
    V left = e.less(column, e.fillLike(column, from));
    return e.select(left, e.fillLike(x, 0), x);
  }

  /** A vector repeated in each column of matrices of a shape: {@code [.., m] → [.., m, n]}. */
  V columns(V vector, Shape shape) {
    return e.broadcast(vector, shape, Axis.without(shape.rank(), List.of(shape.rank() - 1)));
  }

  /** A vector repeated in each row of matrices of a shape: {@code [.., n] → [.., m, n]}. */
  V rows(V vector, Shape shape) {
    return e.broadcast(vector, shape, Axis.without(shape.rank(), List.of(shape.rank() - 2)));
  }

  /** Square matrices with a vector on the diagonal. */
  V diagonal(V vector) {
    Shape v = shape(vector);
    Shape shape = v.insert(v.rank(), v.extent(-1));
    V full = rows(vector, shape);
    return e.select(onDiagonal(e.type(full)), full, e.fillLike(full, 0));
  }

  /** A scalar for each matrix, repeated in all elements of {@code like}. */
  V repeated(V scalars, V like) {
    return e.broadcast(scalars, shape(like), Axis.range(0, shape(scalars).rank()));
  }

  /** 1 / x, and 0 where x is 0; its derivatives are 0 there as well. */
  V reciprocal(V x) {
    V zero = e.equal(x, e.fillLike(x, 0));
    V one = e.fillLike(x, 1);
    return e.div(e.select(zero, e.fillLike(x, 0), one), e.select(zero, one, x));
  }
}

package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import kortex.tensor.DTypeException;
import kortex.tensor.NumericException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Functions of matrices, applied to each matrix of a stack {@code [.., m, n]}.
 *
 * <p>Where a factorization is unique but for signs, the ops choose them, so that every backend
 * gives the same result. A matrix with an element that is NaN or infinite gives NaN. A stack of no
 * matrices, and matrices without rows or columns, give what NumPy gives.
 */
public sealed interface LinearAlgebra extends Op permits Factorization, Inversion {
  /**
   * How close to the largest magnitude counts as largest. Components that are equal in exact
   * arithmetic, as those of (1, −1)/√2, must not be told apart by rounding.
   */
  double TIE = 0.999;

  /** Members of a batch are more matrices of the stack. */
  @Override
  default <V> List<V> batch(Emit<V> e, Batch<V> b) {
    return e.emit(this, b.full(e));
  }

  /**
   * Whether a vector that is given but for its sign has the other sign: among its components of
   * largest magnitude the first is positive.
   */
  static boolean reversed(int size, IntToDoubleFunction component) {
    double largest = 0;
    for (int i = 0; i < size; i++) {
      largest = Math.max(largest, Math.abs(component.applyAsDouble(i)));
    }
    for (int i = 0; i < size; i++) {
      double x = component.applyAsDouble(i);
      if (Math.abs(x) >= TIE * largest) {
        return x < 0;
      }
    }
    return false;
  }

  /** The error of a system without a solution, or with many. */
  static NumericException singular(Op op, TensorType a, long matrix, int row) {
    return singular(
        op, "row " + row + " of " + which(a, matrix) + " is a combination of the rows before it");
  }

  /** The error of a triangular system without a solution, or with many. */
  static NumericException zeroOnDiagonal(Op op, TensorType a, long matrix, int row) {
    return singular(op, "element " + row + " of the diagonal of " + which(a, matrix) + " is 0");
  }

  private static NumericException singular(Op op, String why) {
    return new NumericException(
        (op instanceof Inversion.Solve ? "solve or inverse" : op.label())
            + " of a singular matrix: "
            + why,
        "Use pinv or lstsq, or add a small multiple of the identity.");
  }

  /** The error of a matrix that has no Cholesky factor. */
  static NumericException notPositiveDefinite(Op op, TensorType a, long matrix, int row) {
    return new NumericException(
        op.label()
            + " of a matrix that is not positive definite: pivot "
            + row
            + " of "
            + which(a, matrix)
            + " is not positive",
        "Add a small multiple of the identity, or use eigh.");
  }

  private static String which(TensorType a, long matrix) {
    Shape stack = stack(a);
    if (stack.rank() == 0) {
      return a.toString();
    }
    List<Long> at = new ArrayList<>();
    long[] strides = stack.strides();
    for (int i = 0; i < strides.length; i++) {
      at.add(matrix / strides[i] % stack.extent(i));
    }
    return "matrix " + at + " of " + a;
  }

  /** The leading axes. */
  static Shape stack(TensorType a) {
    return a.shape().take(a.shape().rank() - 2);
  }

  /** The stack of {@code a} with other matrices in it. */
  static TensorType withMatrices(TensorType a, long... extents) {
    Shape shape = stack(a);
    for (long extent : extents) {
      shape = shape.insert(shape.rank(), extent);
    }
    return a.as(shape);
  }

  /** Throws unless the only input is a float matrix or a stack of them. */
  static TensorType matrices(Op op, List<TensorType> inputs) {
    Op.arity(op, inputs, 1);
    return matrices(op, inputs.getFirst());
  }

  private static TensorType matrices(Op op, TensorType a) {
    if (!a.dtype().isFloat()) {
      throw new DTypeException(
          op.label() + " needs a float tensor, got " + a, "Cast it first: x.cast(f64).");
    }
    if (a.shape().rank() < 2) {
      throw new ShapeException(
          op.label() + " needs a matrix or a stack of them, got " + a,
          "Reshape it to [.., rows, columns].");
    }
    return a;
  }

  /** Throws unless the only input is a square float matrix or a stack of them. */
  static TensorType square(Op op, List<TensorType> inputs) {
    Op.arity(op, inputs, 1);
    return square(op, inputs.getFirst());
  }

  private static TensorType square(Op op, TensorType a) {
    matrices(op, a);
    if (a.shape().extent(-1) != a.shape().extent(-2)) {
      throw new ShapeException(
          op.label()
              + " needs square matrices, got "
              + a
              + ": "
              + a.shape().extent(-2)
              + " rows and "
              + a.shape().extent(-1)
              + " columns",
          "Use lstsq, pinv, qr or svd for other matrices.");
    }
    return a;
  }

  /**
   * Throws unless the inputs are square matrices {@code [.., n, n]} and right sides {@code [.., n,
   * k]}; returns the type of the right sides.
   */
  static TensorType system(Op op, List<TensorType> inputs) {
    Op.arity(op, inputs, 2);
    TensorType a = square(op, inputs.get(0));
    TensorType b = inputs.get(1);
    if (a.dtype() != b.dtype()) {
      throw new DTypeException(
          op.label() + " needs two tensors of one dtype, got " + a + " and " + b,
          "Cast one of them: x.cast(" + a.dtype() + ").");
    }
    matrices(op, b);
    if (!stack(a).equals(stack(b)) || a.shape().extent(-1) != b.shape().extent(-2)) {
      throw new ShapeException(
          op.label() + " of " + a + " and " + b + ": rows or stacks differ",
          "Make the rows of the second equal to those of the first, and the leading axes equal.");
    }
    return b;
  }
}

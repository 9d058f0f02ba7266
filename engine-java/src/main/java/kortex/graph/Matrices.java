package kortex.graph;

import java.util.List;
import kortex.op.Factorization;
import kortex.op.Inversion;
import kortex.op.Op;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/**
 * Linear algebra on float matrices and on each matrix of a stack {@code [.., m, n]}.
 *
 * <p>Shapes that do not fit are an error of the call. A matrix that has no result, such as the
 * inverse of a singular one, is a {@link kortex.tensor.NumericException} when it is evaluated; one
 * with an element that is NaN or infinite gives NaN.
 */
public sealed interface Matrices extends Handle permits Tensor {
  /**
   * A = Q·R.
   *
   * @param q orthonormal columns, {@code [.., m, min(m, n)]}
   * @param r upper triangular with no negative element on its diagonal, {@code [.., min(m, n), n]}
   */
  record Qr(Tensor q, Tensor r) {}

  /**
   * A = U·diag(s)·Vᵀ. Among the components of largest magnitude of a column of U the first is
   * positive.
   *
   * @param u orthonormal columns, {@code [.., m, min(m, n)]}
   * @param s singular values, falling, {@code [.., min(m, n)]}
   * @param vt orthonormal rows, {@code [.., min(m, n), n]}
   */
  record Svd(Tensor u, Tensor s, Tensor vt) {}

  /**
   * A = V·diag(w)·Vᵀ. Among the components of largest magnitude of a vector the first is positive.
   *
   * @param values eigenvalues, rising, {@code [.., n]}
   * @param vectors in columns, {@code [.., n, n]}
   */
  record Eigh(Tensor values, Tensor vectors) {}

  /**
   * det A = sign · e^logAbs.
   *
   * @param sign −1, 1, or 0 for a singular matrix
   * @param logAbs the logarithm of the magnitude, −∞ for a singular matrix
   */
  record SlogDet(Tensor sign, Tensor logAbs) {}

  private Tensor self() {
    return (Tensor) this;
  }

  private List<Tensor> outputs(Op op) {
    return GraphEmit.INSTANCE.emit(op, List.of(value())).stream().map(Tensor::of).toList();
  }

  /**
   * The lower triangular L with L·Lᵀ = A, of symmetric positive definite matrices {@code [.., n,
   * n]}; of other matrices the symmetric part (A + Aᵀ)/2 counts.
   */
  default Tensor cholesky() {
    return apply(new Factorization.Cholesky());
  }

  /** A = Q·R, reduced, of {@code [.., m, n]}. */
  default Qr qr() {
    List<Tensor> out = outputs(new Factorization.Qr());
    return new Qr(out.get(0), out.get(1));
  }

  /** A = U·diag(s)·Vᵀ, thin, of {@code [.., m, n]}. */
  default Svd svd() {
    List<Tensor> out = outputs(new Factorization.Svd());
    return new Svd(out.get(0), out.get(1), out.get(2));
  }

  /**
   * Eigenvalues and eigenvectors of symmetric matrices {@code [.., n, n]}; of other matrices the
   * symmetric part (A + Aᵀ)/2 counts.
   */
  default Eigh eigh() {
    List<Tensor> out = outputs(new Factorization.Eigh());
    return new Eigh(out.get(0), out.get(1));
  }

  /**
   * X of A·X = B for square matrices {@code [.., n, n]} and right sides {@code [n]} or {@code [..,
   * n, k]}; leading axes broadcast.
   */
  default Tensor solve(Tensor b) {
    return Systems.apply(new Inversion.Solve(false), self(), b);
  }

  /**
   * X of op(A)·X = B for triangular A {@code [.., n, n]} and right sides {@code [n]} or {@code [..,
   * n, k]}; leading axes broadcast.
   *
   * @param lower whether the lower triangle of A is read, or else the upper one; the other elements
   *     do not matter
   * @param transposed whether op(A) is Aᵀ
   * @param unit whether the diagonal counts as ones
   */
  default Tensor triangularSolve(Tensor b, boolean lower, boolean transposed, boolean unit) {
    return Systems.apply(new Inversion.TriangularSolve(lower, transposed, unit), self(), b);
  }

  /** X of L·Lᵀ·X = B, where this is the L of {@link #cholesky}. */
  default Tensor choleskySolve(Tensor b) {
    return triangularSolve(triangularSolve(b, true, false, false), true, true, false);
  }

  /** The inverses of {@code [.., n, n]}. To solve a system, {@link #solve} is better. */
  default Tensor inverse() {
    return solve(Systems.identity(type()));
  }

  /** Sign and logarithm of the magnitude of the determinants of {@code [.., n, n]}. */
  default SlogDet slogDet() {
    List<Tensor> out = outputs(new Inversion.SlogDet());
    return new SlogDet(out.get(0), out.get(1));
  }

  /**
   * The determinants of {@code [.., n, n]}: {@code [..]}. At a singular matrix there is no
   * gradient.
   */
  default Tensor det() {
    SlogDet parts = slogDet();
    return parts.sign().mul(parts.logAbs().exp());
  }

  /** {@link #pinv(double)} with a tolerance of max(m, n) times the rounding unit of the dtype. */
  default Tensor pinv() {
    return pinv(Systems.rounding(type()));
  }

  /**
   * The Moore–Penrose inverses of {@code [.., m, n]}: {@code [.., n, m]}. Singular values of at
   * most {@code tolerance} times the largest count as 0.
   */
  default Tensor pinv(double tolerance) {
    return apply(new Inversion.Pinv(tolerance));
  }

  /**
   * The X with the least |A·X − B|, and among those the shortest: A is {@code [.., m, n]} of any
   * rank, B {@code [m]} or {@code [.., m, k]}; leading axes broadcast. Computed as pinv(A)·B.
   */
  default Tensor lstsq(Tensor b) {
    Systems.sameRows("lstsq", self(), b);
    return pinv().matmul(b);
  }

  /** The number of singular values above {@code tolerance} times the largest: i32 {@code [..]}. */
  default Tensor matrixRank(double tolerance) {
    Tensor s = svd().s();
    TensorType one = s.type().as(s.shape().take(s.shape().rank() - 1));
    if (s.shape().extent(-1) == 0) {
      return Tensor.full(one.as(DType.I32), 0);
    }
    Tensor least = s.max(-1).mul(tolerance).restore(s.shape(), -1);
    return least.less(s).cast(DType.I32).sum(-1);
  }

  /** {@link #matrixRank(double)} with the tolerance of {@link #pinv()}. */
  default Tensor matrixRank() {
    return matrixRank(Systems.rounding(type()));
  }

  /** The product of {@code exponent} copies; a negative exponent is that of the inverse. */
  default Tensor matrixPower(int exponent) {
    new Inversion.SlogDet().infer(List.of(type()));
    if (exponent == 0) {
      return Systems.identity(type());
    }
    return Systems.power(exponent < 0 ? inverse() : self(), Math.abs((long) exponent));
  }

  /** The sum of the singular values: {@code [..]}. */
  default Tensor nuclearNorm() {
    return svd().s().sum(-1);
  }

  /** The largest singular value, of matrices that are not empty: {@code [..]}. */
  default Tensor spectralNorm() {
    return Systems.notEmpty("spectralNorm", self()).svd().s().max(-1);
  }

  /**
   * The largest singular value divided by the smallest, of matrices that are not empty: {@code
   * [..]}; infinite for a matrix of lower rank.
   */
  default Tensor cond() {
    Tensor s = Systems.notEmpty("cond", self()).svd().s();
    return s.max(-1).div(s.min(-1));
  }
}

package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.tensor.TensorType;

/** Matrices as products of simpler ones. */
public sealed interface Factorization extends LinearAlgebra {
  /**
   * The lower triangular L with a positive diagonal and L·Lᵀ = (A + Aᵀ)/2: {@code [.., n, n] → [..,
   * n, n]}. A matrix that is not positive definite is an error when it is evaluated.
   *
   * <p>Gradient: Murray, <i>Differentiation of the Cholesky decomposition</i>, 2016.
   */
  record Cholesky() implements Factorization {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(LinearAlgebra.square(this, inputs));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      MatrixEmit<V> m = new MatrixEmit<>(e);
      V l = c.out();
      V p = m.triangle(m.transposedProduct(l, c.grad()), true, 0.5);
      Op solve = new Inversion.TriangularSolve(true, true, false);
      V half = e.one(solve, List.of(l, p));
      V s = e.one(solve, List.of(l, m.transpose(half)));
      return List.of(Optional.of(m.symmetric(s)));
    }
  }

  /**
   * A = Q·R with orthonormal columns in Q and R upper triangular, its diagonal not negative: {@code
   * [.., m, n] → [.., m, k], [.., k, n]} with k = min(m, n). The gradient needs independent columns
   * (the first m of them, when there are more columns than rows).
   *
   * <p>Gradient: Seeger et al., <i>Auto-differentiating linear algebra</i>, 2017; for more columns
   * than rows Roberts and Roberts, <i>QR and LQ decomposition matrix backpropagation</i>, 2020.
   */
  record Qr() implements Factorization {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType a = LinearAlgebra.matrices(this, inputs);
      long m = a.shape().extent(-2);
      long n = a.shape().extent(-1);
      long k = Math.min(m, n);
      return List.of(LinearAlgebra.withMatrices(a, m, k), LinearAlgebra.withMatrices(a, k, n));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      MatrixEmit<V> m = new MatrixEmit<>(e);
      V a = c.in(0);
      V q = c.outputs().get(0);
      V r = c.outputs().get(1);
      V gq = c.gradients().get(0);
      V gr = c.gradients().get(1);
      long rows = m.shape(a).extent(-2);
      if (rows >= m.shape(a).extent(-1)) {
        return List.of(Optional.of(tall(m, q, r, gq, gr)));
      }
      // A = [X, Y] and R = [U, V]: X = Q·U is square, and V = Qᵀ·Y.
      V first = m.identity(LinearAlgebra.withMatrices(e.type(a), m.shape(a).extent(-1), rows));
      V gv = m.columnsFrom(gr, rows);
      V gqx = e.add(gq, m.productTransposed(a, gv));
      V gx = tall(m, q, m.product(r, first), gqx, m.product(gr, first));
      V ga = e.add(m.productTransposed(gx, first), m.product(q, gv));
      return List.of(Optional.of(ga));
    }

    private static <V> V tall(MatrixEmit<V> m, V q, V r, V gq, V gr) {
      Emit<V> e = m.e();
      V inner = e.sub(m.productTransposed(r, gr), m.transposedProduct(gq, q));
      V lower = m.triangle(inner, true, 0.5);
      V x = e.add(gq, m.product(q, e.add(lower, m.transpose(lower))));
      Op solve = new Inversion.TriangularSolve(false, false, false);
      return m.transpose(e.one(solve, List.of(r, m.transpose(x))));
    }
  }

  /**
   * A = U·diag(s)·Vᵀ with orthonormal columns in U and V, and s falling and not negative: {@code
   * [.., m, n] → [.., m, k], [.., k], [.., k, n]} with k = min(m, n); the third is Vᵀ. Among the
   * components of largest magnitude (to within 0.1 %) of a column of U the first is positive.
   *
   * <p>Singular vectors have derivatives where the singular values differ; a pair of equal ones
   * contributes nothing to the gradient, which is right for functions that do not depend on the
   * choice of the vectors. Gradient: Townsend, <i>Differentiating the singular value
   * decomposition</i>, 2016.
   */
  record Svd() implements Factorization {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType a = LinearAlgebra.matrices(this, inputs);
      long m = a.shape().extent(-2);
      long n = a.shape().extent(-1);
      long k = Math.min(m, n);
      return List.of(
          LinearAlgebra.withMatrices(a, m, k),
          LinearAlgebra.withMatrices(a, k),
          LinearAlgebra.withMatrices(a, k, n));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      MatrixEmit<V> m = new MatrixEmit<>(e);
      V u = c.outputs().get(0);
      V s = c.outputs().get(1);
      V vt = c.outputs().get(2);
      V gu = c.gradients().get(0);
      V gvt = c.gradients().get(2);
      V middle = m.diagonal(c.gradients().get(1));
      V right = m.rows(s, m.shape(middle));
      V left = m.columns(s, m.shape(middle));
      V gap = m.reciprocal(e.mul(e.sub(right, left), e.add(right, left)));
      V uu = m.transposedProduct(u, gu);
      V vv = m.productTransposed(vt, gvt);
      middle = e.add(middle, e.mul(e.mul(m.skew(uu), gap), right));
      middle = e.add(middle, e.mul(left, e.mul(m.skew(vv), gap)));
      V ga = m.product(m.product(u, middle), vt);
      V inverse = m.reciprocal(s);
      long k = m.shape(s).extent(-1);
      if (m.shape(u).extent(-2) > k) {
        V outside = e.sub(gu, m.product(u, uu));
        V scaled = e.mul(outside, m.rows(inverse, m.shape(u)));
        ga = e.add(ga, m.product(scaled, vt));
      }
      if (m.shape(vt).extent(-1) > k) {
        V outside = e.sub(gvt, m.transposedProduct(vv, vt));
        V scaled = e.mul(outside, m.columns(inverse, m.shape(vt)));
        ga = e.add(ga, m.product(u, scaled));
      }
      return List.of(Optional.of(ga));
    }
  }

  /**
   * (A + Aᵀ)/2 = V·diag(w)·Vᵀ with V orthogonal and w rising: {@code [.., n, n] → [.., n], [.., n,
   * n]}, values and vectors, which are columns. Among the components of largest magnitude (to
   * within 0.1 %) of a vector the first is positive.
   *
   * <p>Vectors have derivatives where the values differ; a pair of equal ones contributes nothing
   * to the gradient, which is right for functions that do not depend on the choice of the vectors.
   * Gradient: Giles, <i>Collected matrix derivative results for forward and reverse mode
   * algorithmic differentiation</i>, 2008.
   */
  record Eigh() implements Factorization {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType a = LinearAlgebra.square(this, inputs);
      return List.of(LinearAlgebra.withMatrices(a, a.shape().extent(-1)), a);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      MatrixEmit<V> m = new MatrixEmit<>(e);
      V w = c.outputs().get(0);
      V v = c.outputs().get(1);
      V middle = m.diagonal(c.gradients().get(0));
      V gap = e.sub(m.rows(w, m.shape(middle)), m.columns(w, m.shape(middle)));
      V turn = e.mul(m.transposedProduct(v, c.gradients().get(1)), m.reciprocal(gap));
      V ga = m.productTransposed(m.product(v, e.add(middle, turn)), v);
      return List.of(Optional.of(m.symmetric(ga)));
    }
  }
}

package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Linear systems, and what comes with the inverse of a matrix. */
public sealed interface Inversion extends LinearAlgebra {
  /** A system, op(A)·X = B, with A or its transpose for op(A). */
  sealed interface LinearSystem extends Inversion permits TriangularSolve, Solve {
    @Override
    default List<TensorType> infer(List<TensorType> inputs) {
      return List.of(LinearAlgebra.system(this, inputs));
    }

    /** One matrix for all members: their right sides are more columns. */
    @Override
    default <V> List<V> batch(Emit<V> e, Batch<V> b) {
      if (b.has(0) || e.type(b.in(0)).shape().rank() != 2) {
        return e.emit(this, b.full(e));
      }
      Shape members = e.type(b.in(1)).shape();
      View.Permute aside = new View.Permute(List.of(1, 0, 2));
      V columns =
          e.reshape(
              e.one(aside, List.of(b.in(1))),
              Shape.of(members.extent(1), members.extent(0) * members.extent(2)));
      V x = e.one(this, List.of(b.in(0), columns));
      Shape apart = Shape.of(members.extent(1), members.extent(0), members.extent(2));
      return e.emit(aside, List.of(e.reshape(x, apart)));
    }
  }

  /**
   * X of op(A)·X = B for triangular A: {@code [.., n, n], [.., n, k] → [.., n, k]}; op(A) is A, or
   * Aᵀ if {@code transposed}. Only the {@code lower} or upper triangle of A is read, and with
   * {@code unit} its diagonal counts as ones. A zero on the diagonal is an error when it is
   * evaluated.
   *
   * <p>Gradient: Giles, <i>Collected matrix derivative results for forward and reverse mode
   * algorithmic differentiation</i>, 2008.
   */
  record TriangularSolve(boolean lower, boolean transposed, boolean unit) implements LinearSystem {
    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      MatrixEmit<V> m = new MatrixEmit<>(e);
      V x = c.out();
      Op back = new TriangularSolve(lower, !transposed, unit);
      V gb = e.one(back, List.of(c.in(0), c.grad()));
      V product = transposed ? m.productTransposed(x, gb) : m.productTransposed(gb, x);
      V ga = m.triangle(e.neg(product), lower, unit ? 0 : 1);
      return List.of(Optional.of(ga), Optional.of(gb));
    }
  }

  /**
   * X of op(A)·X = B: {@code [.., n, n], [.., n, k] → [.., n, k]}; op(A) is A, or Aᵀ if {@code
   * transposed}. A singular matrix is an error when it is evaluated.
   *
   * <p>Gradient: Giles, <i>Collected matrix derivative results for forward and reverse mode
   * algorithmic differentiation</i>, 2008.
   */
  record Solve(boolean transposed) implements LinearSystem {
    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      MatrixEmit<V> m = new MatrixEmit<>(e);
      V gb = e.one(new Solve(!transposed), List.of(c.in(0), c.grad()));
      V product = transposed ? m.productTransposed(c.out(), gb) : m.productTransposed(gb, c.out());
      return List.of(Optional.of(e.neg(product)), Optional.of(gb));
    }
  }

  /**
   * The sign of the determinant and the logarithm of its magnitude: {@code [.., n, n] → [..],
   * [..]}. A singular matrix gives 0 and −∞; it has no gradient, which is an error when it is
   * evaluated.
   *
   * <p>Gradient: Giles, <i>Collected matrix derivative results for forward and reverse mode
   * algorithmic differentiation</i>, 2008.
   */
  record SlogDet() implements Inversion {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType one = LinearAlgebra.withMatrices(LinearAlgebra.square(this, inputs));
      return List.of(one, one);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      MatrixEmit<V> m = new MatrixEmit<>(e);
      V a = c.in(0);
      V scaled = m.repeated(c.gradients().get(1), a);
      V right = e.mul(m.identity(e.type(a)), scaled);
      return List.of(Optional.of(e.one(new Solve(true), List.of(a, right))));
    }
  }

  /**
   * The Moore–Penrose inverse: {@code [.., m, n] → [.., n, m]}. Singular values of at most {@code
   * tolerance} times the largest count as 0.
   *
   * <p>An op, because the derivative of the singular vectors does not exist where singular values
   * are equal, and this one does. Gradient: Golub and Pereyra, <i>The differentiation of
   * pseudo-inverses and nonlinear least squares problems whose variables separate</i>, 1973; it
   * holds where the rank does not change.
   */
  record Pinv(double tolerance) implements Inversion {
    public Pinv {
      if (!(tolerance >= 0)) {
        throw new SettingException(
            "pinv got the tolerance " + tolerance + ", must be 0 or more",
            "Leave it out for the rounding error of the largest singular value.");
      }
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType a = LinearAlgebra.matrices(this, inputs);
      return List.of(LinearAlgebra.withMatrices(a, a.shape().extent(-1), a.shape().extent(-2)));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      MatrixEmit<V> m = new MatrixEmit<>(e);
      V a = c.in(0);
      V p = c.out();
      V gt = m.transpose(c.grad());
      V ga = e.neg(m.product(m.transposedProduct(p, c.grad()), m.transpose(p)));
      V rows = m.productTransposed(m.product(gt, p), p);
      ga = e.add(ga, e.sub(rows, m.product(a, m.product(p, rows))));
      V columns = m.product(m.transposedProduct(p, p), gt);
      ga = e.add(ga, e.sub(columns, m.product(m.product(columns, p), a)));
      return List.of(Optional.of(ga));
    }
  }
}

package kortex.backend.reference;

import java.util.Arrays;
import java.util.List;
import kortex.op.Factorization;
import kortex.op.Inversion;
import kortex.op.LinearAlgebra;
import kortex.tensor.TensorType;

/** Linear algebra on each matrix of a stack, in double, as rows of numbers. */
final class ReferenceLinearAlgebra {
  private final LinearAlgebra op;
  private final TensorType type;
  private final int index;

  private ReferenceLinearAlgebra(LinearAlgebra op, TensorType type, int index) {
    this.op = op;
    this.type = type;
    this.index = index;
  }

  static void run(LinearAlgebra op, List<Dense> in, List<Dense> out) {
    TensorType type = in.getFirst().type();
    int stacks = Math.toIntExact(LinearAlgebra.stack(type).size());
    for (int s = 0; s < stacks; s++) {
      int at = s;
      List<double[][]> x = in.stream().map(d -> matrix(d, at)).toList();
      if (op instanceof Inversion.TriangularSolve solve) {
        keepWhatIsRead(solve, x.getFirst());
      }
      if (x.stream().allMatch(ReferenceLinearAlgebra::finite)) {
        List<double[]> y = new ReferenceLinearAlgebra(op, type, s).results(x);
        for (int i = 0; i < y.size(); i++) {
          store(y.get(i), out.get(i), s);
        }
      } else {
        out.forEach(d -> storeNaN(d, stacks, at));
      }
    }
  }

  private static double[][] matrix(Dense d, int s) {
    int m = (int) d.shape().extent(-2);
    int n = (int) d.shape().extent(-1);
    double[][] x = new double[m][n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        x[i][j] = d.get((long) s * m * n + (long) i * n + j);
      }
    }
    return x;
  }

  private static void store(double[] y, Dense out, int s) {
    for (int i = 0; i < y.length; i++) {
      out.set((long) s * y.length + i, y[i]);
    }
  }

  private static void storeNaN(Dense out, int stacks, int s) {
    double[] y = new double[out.size() / stacks];
    Arrays.fill(y, Double.NaN);
    store(y, out, s);
  }

  private static boolean finite(double[][] x) {
    return Arrays.stream(x).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite);
  }

  private static void keepWhatIsRead(Inversion.TriangularSolve op, double[][] a) {
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        if (i == j ? op.unit() : op.lower() == j > i) {
          a[i][j] = i == j ? 1 : 0;
        }
      }
    }
  }

  private List<double[]> results(List<double[][]> in) {
    double[][] a = in.getFirst();
    int columns = (int) type.shape().extent(-1);
    return switch (op) {
      case Factorization.Cholesky cholesky -> List.of(flat(cholesky(symmetric(a))));
      case Factorization.Qr qr -> {
        Householder done = Householder.of(a, columns);
        yield List.of(flat(done.q()), flat(done.r()));
      }
      case Factorization.Svd svd -> {
        Jacobi.Svd done = Jacobi.svd(a, columns);
        yield List.of(flat(done.u()), done.s(), flat(done.vt()));
      }
      case Factorization.Eigh eigh -> {
        Jacobi.Eigh done = Jacobi.eigh(symmetric(a));
        yield List.of(done.values(), flat(done.vectors()));
      }
      case Inversion.TriangularSolve solve -> List.of(flat(triangularSolve(solve, a, in.get(1))));
      case Inversion.Solve solve -> List.of(flat(solve(solve, a, in.get(1))));
      case Inversion.SlogDet det -> slogDet(a);
      case Inversion.Pinv pinv -> List.of(flat(pinv(pinv, a, columns)));
    };
  }

  private static double[] flat(double[][] x) {
    return Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray();
  }

  /** The transpose of a matrix of {@code columns} columns, which may have no rows. */
  static double[][] transpose(double[][] x, int columns) {
    double[][] y = new double[columns][x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < columns; j++) {
        y[j][i] = x[i][j];
      }
    }
    return y;
  }

  private static double[][] symmetric(double[][] a) {
    double[][] s = new double[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        s[i][j] = 0.5 * a[i][j] + 0.5 * a[j][i];
      }
    }
    return s;
  }

  private double[][] cholesky(double[][] a) {
    int n = a.length;
    double[][] l = new double[n][n];
    for (int j = 0; j < n; j++) {
      double pivot = a[j][j];
      for (int k = 0; k < j; k++) {
        pivot -= l[j][k] * l[j][k];
      }
      if (!(pivot > 0)) {
        throw LinearAlgebra.notPositiveDefinite(op, type, index, j);
      }
      l[j][j] = Math.sqrt(pivot);
      for (int i = j + 1; i < n; i++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        l[i][j] = sum / l[j][j];
      }
    }
    return l;
  }

  private double[][] triangularSolve(Inversion.TriangularSolve solve, double[][] a, double[][] b) {
    for (int i = 0; i < a.length; i++) {
      if (a[i][i] == 0) {
        throw LinearAlgebra.zeroOnDiagonal(op, type, index, i);
      }
    }
    double[][] left = solve.transposed() ? transpose(a, a.length) : a;
    return substitute(left, solve.lower() != solve.transposed(), b);
  }

  /** X of A·X = B for a triangular A. */
  private static double[][] substitute(double[][] a, boolean lower, double[][] b) {
    int n = a.length;
    double[][] x = new double[n][];
    for (int step = 0; step < n; step++) {
      int i = lower ? step : n - 1 - step;
      x[i] = b[i].clone();
      for (int k = lower ? 0 : i + 1; k < (lower ? i : n); k++) {
        for (int j = 0; j < x[i].length; j++) {
          x[i][j] -= a[i][k] * x[k][j];
        }
      }
      for (int j = 0; j < x[i].length; j++) {
        x[i][j] /= a[i][i];
      }
    }
    return x;
  }

  /**
   * P·Aᵀ = L·U, in place: U on and above the diagonal, L below it. The transpose is factored, as
   * LAPACK sees a row-major matrix, so that a vanishing pivot is about the same row.
   *
   * @param packed both factors
   * @param order which row of Aᵀ became which
   * @param sign the determinant of P
   */
  private record Lu(double[][] packed, int[] order, int sign) {
    static Lu ofTransposed(double[][] a) {
      int n = a.length;
      double[][] x = transpose(a, n);
      int[] order = new int[n];
      Arrays.setAll(order, i -> i);
      int sign = 1;
      for (int j = 0; j < n; j++) {
        int pivot = j;
        for (int i = j + 1; i < n; i++) {
          pivot = Math.abs(x[i][j]) > Math.abs(x[pivot][j]) ? i : pivot;
        }
        if (pivot != j) {
          double[] row = x[j];
          x[j] = x[pivot];
          x[pivot] = row;
          int number = order[j];
          order[j] = order[pivot];
          order[pivot] = number;
          sign = -sign;
        }
        eliminate(x, j);
      }
      return new Lu(x, order, sign);
    }

    private static void eliminate(double[][] x, int j) {
      for (int i = j + 1; i < x.length && x[j][j] != 0; i++) {
        x[i][j] /= x[j][j];
        for (int k = j + 1; k < x.length; k++) {
          x[i][k] -= x[i][j] * x[j][k];
        }
      }
    }

    /** L with its ones. */
    double[][] lower() {
      double[][] l = new double[packed.length][packed.length];
      for (int i = 0; i < l.length; i++) {
        System.arraycopy(packed[i], 0, l[i], 0, i);
        l[i][i] = 1;
      }
      return l;
    }
  }

  private double[][] solve(Inversion.Solve solve, double[][] a, double[][] b) {
    int n = a.length;
    Lu lu = Lu.ofTransposed(a);
    for (int i = 0; i < n; i++) {
      if (lu.packed()[i][i] == 0) {
        throw LinearAlgebra.singular(op, type, index, i);
      }
    }
    double[][] x = new double[n][];
    if (solve.transposed()) {
      // P·Aᵀ = L·U: L·(U·X) = P·B.
      double[][] permuted = new double[n][];
      Arrays.setAll(permuted, i -> b[lu.order()[i]]);
      return substitute(lu.packed(), false, substitute(lu.lower(), true, permuted));
    }
    // A = Uᵀ·Lᵀ·P: Uᵀ·(Lᵀ·(P·X)) = B.
    double[][] inner = substitute(transpose(lu.packed(), n), true, b);
    double[][] permuted = substitute(transpose(lu.lower(), n), false, inner);
    for (int i = 0; i < n; i++) {
      x[lu.order()[i]] = permuted[i];
    }
    return x;
  }

  private static List<double[]> slogDet(double[][] a) {
    Lu lu = Lu.ofTransposed(a);
    double sign = lu.sign();
    double log = 0;
    for (int i = 0; i < a.length; i++) {
      sign *= Math.signum(lu.packed()[i][i]);
      log += Math.log(Math.abs(lu.packed()[i][i]));
    }
    return List.of(new double[] {sign}, new double[] {log});
  }

  private static double[][] pinv(Inversion.Pinv op, double[][] a, int columns) {
    Jacobi.Svd svd = Jacobi.svd(a, columns);
    double[][] p = new double[columns][a.length];
    for (int k = 0; k < svd.s().length && svd.s()[k] > op.tolerance() * svd.s()[0]; k++) {
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < a.length; j++) {
          p[i][j] += svd.vt()[k][i] / svd.s()[k] * svd.u()[j][k];
        }
      }
    }
    return p;
  }
}

package kortex.backend.reference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import kortex.op.LinearAlgebra;

/**
 * Eigenvalues and singular values by rotations (Jacobi 1846, Hestenes 1958): slow, accurate, and
 * they always converge.
 */
final class Jacobi {
  private static final int MOST_SWEEPS = 60;
  private static final double ROUNDING = Math.ulp(1.0);

  private Jacobi() {}

  /**
   * @param values rising
   * @param vectors in columns
   */
  record Eigh(double[] values, double[][] vectors) {}

  /**
   * @param u orthonormal columns
   * @param s falling
   * @param vt orthonormal rows
   */
  record Svd(double[][] u, double[] s, double[][] vt) {}

  private static double largest(double[][] a) {
    return Arrays.stream(a).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
  }

  /** So that squares neither overflow nor vanish. */
  private static double[][] scaled(double[][] a, double scale) {
    return Arrays.stream(a)
        .map(row -> Arrays.stream(row).map(x -> scale == 0 ? 0 : x / scale).toArray())
        .toArray(double[][]::new);
  }

  private static double[][] identity(int n) {
    double[][] x = new double[n][n];
    for (int i = 0; i < n; i++) {
      x[i][i] = 1;
    }
    return x;
  }

  /** Eigenvalues and vectors of a symmetric matrix. */
  static Eigh eigh(double[][] symmetric) {
    int n = symmetric.length;
    double scale = largest(symmetric);
    double[][] a = scaled(symmetric, scale);
    double[][] vt = identity(n);
    boolean rotated = true;
    for (int sweep = 0; rotated && sweep < MOST_SWEEPS; sweep++) {
      rotated = false;
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          if (Math.abs(a[p][q]) > ROUNDING * 1e-3) {
            double[] cs = rotation(a[p][p], a[q][q], a[p][q]);
            rotateRows(a, p, q, cs);
            rotateColumns(a, p, q, cs);
            rotateRows(vt, p, q, cs);
            a[p][q] = 0;
            a[q][p] = 0;
            rotated = true;
          }
        }
      }
    }
    int[] order = order(n, Comparator.comparingDouble(i -> a[i][i]));
    double[] values = new double[n];
    double[][] vectors = new double[n][n];
    for (int k = 0; k < n; k++) {
      double[] v = vt[order[k]];
      double sign = LinearAlgebra.reversed(n, i -> v[i]) ? -1 : 1;
      values[k] = a[order[k]][order[k]] * scale;
      for (int i = 0; i < n; i++) {
        vectors[i][k] = sign * v[i];
      }
    }
    return new Eigh(values, vectors);
  }

  private static int[] order(int n, Comparator<Integer> by) {
    return IntStream.range(0, n).boxed().sorted(by).mapToInt(Integer::intValue).toArray();
  }

  /** Cosine and sine of the rotation that makes [[a, c], [c, b]] diagonal. */
  private static double[] rotation(double a, double b, double c) {
    double zeta = (b - a) / (2 * c);
    double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
    double cos = 1 / Math.hypot(1, t);
    return new double[] {cos, cos * t};
  }

  private static void rotateRows(double[][] x, int p, int q, double[] cs) {
    for (int i = 0; i < x[p].length; i++) {
      double a = x[p][i];
      double b = x[q][i];
      x[p][i] = cs[0] * a - cs[1] * b;
      x[q][i] = cs[1] * a + cs[0] * b;
    }
  }

  private static void rotateColumns(double[][] x, int p, int q, double[] cs) {
    for (double[] row : x) {
      double a = row[p];
      double b = row[q];
      row[p] = cs[0] * a - cs[1] * b;
      row[q] = cs[1] * a + cs[0] * b;
    }
  }

  /** Singular values and vectors of a matrix of {@code n} columns. */
  static Svd svd(double[][] a, int n) {
    int m = a.length;
    double scale = largest(a);
    double[][] x = scaled(a, scale);
    boolean wide = m < n;
    // The shorter vectors of the two, as rows, are made orthogonal by rotations.
    double[][] rows = wide ? x : ReferenceLinearAlgebra.transpose(x, n);
    int k = rows.length;
    double[][] turns = identity(k);
    boolean rotated = true;
    for (int sweep = 0; rotated && sweep < MOST_SWEEPS; sweep++) {
      rotated = sweep(rows, turns);
    }
    double[] norms = Arrays.stream(rows).mapToDouble(r -> Math.sqrt(dot(r, r))).toArray();
    int[] order = order(k, Comparator.comparingDouble(i -> -norms[i]));
    double[] s = new double[k];
    double[][] unit = new double[k][];
    double[][] turned = new double[k][];
    double least = k == 0 ? 0 : negligible(rows, norms[order[0]]);
    for (int i = 0; i < k; i++) {
      s[i] = norms[order[i]] * scale;
      turned[i] = turns[order[i]];
      unit[i] =
          norms[order[i]] > least
              ? scaled(new double[][] {rows[order[i]]}, norms[order[i]])[0]
              : another(unit, i, Math.max(m, n));
    }
    double[][] u = wide ? turned : unit;
    double[][] vt = wide ? unit : turned;
    for (int i = 0; i < k; i++) {
      double[] column = u[i];
      if (LinearAlgebra.reversed(m, r -> column[r])) {
        u[i] = scaled(new double[][] {u[i]}, -1)[0];
        vt[i] = scaled(new double[][] {vt[i]}, -1)[0];
      }
    }
    return new Svd(ReferenceLinearAlgebra.transpose(u, m), s, vt);
  }

  /**
   * Rows below this length are what rounding left of dependent ones; their directions are noise.
   */
  private static double negligible(double[][] rows, double longest) {
    return rows[0].length * ROUNDING * longest;
  }

  private static boolean sweep(double[][] rows, double[][] turns) {
    boolean rotated = false;
    double longest = Math.sqrt(Arrays.stream(rows).mapToDouble(r -> dot(r, r)).max().orElse(0));
    for (int p = 0; p < rows.length; p++) {
      for (int q = p + 1; q < rows.length; q++) {
        double a = dot(rows[p], rows[p]);
        double b = dot(rows[q], rows[q]);
        double c = dot(rows[p], rows[q]);
        boolean noise = Math.sqrt(Math.min(a, b)) <= negligible(rows, longest);
        if (!noise && Math.abs(c) > 4 * ROUNDING * Math.sqrt(a) * Math.sqrt(b)) {
          double[] cs = rotation(a, b, c);
          rotateRows(rows, p, q, cs);
          rotateRows(turns, p, q, cs);
          rotated = true;
        }
      }
    }
    return rotated;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** A unit vector orthogonal to the first {@code count} of {@code vectors}. */
  private static double[] another(double[][] vectors, int count, int size) {
    double[] best = new double[size];
    double length = 0;
    for (int axis = 0; axis < size && length < 0.5; axis++) {
      double[] x = new double[size];
      x[axis] = 1;
      for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < count; i++) {
          double along = dot(x, vectors[i]);
          for (int j = 0; j < size; j++) {
            x[j] -= along * vectors[i][j];
          }
        }
      }
      double norm = Math.sqrt(dot(x, x));
      if (norm > length) {
        length = norm;
        best = scaled(new double[][] {x}, norm)[0];
      }
    }
    return best;
  }
}

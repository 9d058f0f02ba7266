package kortex.backend.reference;

/**
 * A = Q·R by Householder reflections.
 *
 * @param q orthonormal columns
 * @param r upper triangular, with no negative element on the diagonal
 */
record Householder(double[][] q, double[][] r) {

  /** Factors a matrix of {@code n} columns. */
  static Householder of(double[][] a, int n) {
    int m = a.length;
    int k = Math.min(m, n);
    double[][] x = new double[m][];
    java.util.Arrays.setAll(x, i -> a[i].clone());
    double[][] reflections = new double[k][];
    for (int j = 0; j < k; j++) {
      reflections[j] = reflection(x, j);
      reflect(reflections[j], x, j);
    }
    double[][] q = new double[m][k];
    for (int j = 0; j < k; j++) {
      q[j][j] = 1;
    }
    for (int j = k - 1; j >= 0; j--) {
      reflect(reflections[j], q, j);
    }
    double[][] r = new double[k][n];
    for (int i = 0; i < k; i++) {
      double sign = x[i][i] < 0 ? -1 : 1;
      for (int j = i; j < n; j++) {
        r[i][j] = sign * x[i][j];
      }
      for (int row = 0; row < m; row++) {
        q[row][i] *= sign;
      }
    }
    return new Householder(q, r);
  }

  /** The unit vector v for which (I − 2·v·vᵀ) clears column {@code j} below the diagonal. */
  private static double[] reflection(double[][] x, int j) {
    double scale = 0;
    for (int i = j; i < x.length; i++) {
      scale = Math.max(scale, Math.abs(x[i][j]));
    }
    double[] v = new double[x.length];
    if (scale == 0) {
      return v;
    }
    for (int i = j; i < x.length; i++) {
      v[i] = x[i][j] / scale;
    }
    v[j] += Math.copySign(norm(v), v[j]);
    double length = norm(v);
    for (int i = j; i < x.length; i++) {
      v[i] /= length;
    }
    return v;
  }

  private static double norm(double[] v) {
    double sum = 0;
    for (double x : v) {
      sum += x * x;
    }
    return Math.sqrt(sum);
  }

  private static void reflect(double[] v, double[][] x, int from) {
    for (int j = 0; j < (x.length == 0 ? 0 : x[0].length); j++) {
      double dot = 0;
      for (int i = from; i < v.length; i++) {
        dot += v[i] * x[i][j];
      }
      for (int i = from; i < v.length; i++) {
        x[i][j] -= 2 * dot * v[i];
      }
    }
  }
}

package kortex.backend.reference;

import kortex.op.MatMul;

/** Matrix products, accumulated in double, or in wrapping longs. */
final class ReferenceProducts {
  private ReferenceProducts() {}

  static void matMul(MatMul op, Dense a, Dense b, Dense out) {
    int m = (int) out.shape().extent(-2);
    int n = (int) out.shape().extent(-1);
    int k = (int) a.shape().extent(op.transposeA() ? -2 : -1);
    int stacks = m * n == 0 ? 0 : out.size() / (m * n);
    Walk walk = new Walk(op, m, n, k, stacks);
    if (out.dtype().isFloat()) {
      double[] x = a.toDoubles();
      double[] y = b.toDoubles();
      double[] z = new double[out.size()];
      walk.run((i, j, o) -> z[o] += x[i] * y[j]);
      out.setAll(z);
    } else {
      long[] z = new long[out.size()];
      walk.run((i, j, o) -> z[o] += a.getLong(i) * b.getLong(j));
      for (int i = 0; i < z.length; i++) {
        out.setLong(i, z[i]);
      }
    }
  }

  /** One product of elements, by their positions, and the position of the sum it belongs to. */
  private interface Term {
    void at(int a, int b, int out);
  }

  private record Walk(MatMul op, int m, int n, int k, int stacks) {
    void run(Term term) {
      for (int s = 0; s < stacks; s++) {
        for (int row = 0; row < m; row++) {
          for (int p = 0; p < k; p++) {
            int left = s * m * k + (op.transposeA() ? p * m + row : row * k + p);
            for (int col = 0; col < n; col++) {
              int right = s * k * n + (op.transposeB() ? col * k + p : p * n + col);
              term.at(left, right, (s * m + row) * n + col);
            }
          }
        }
      }
    }
  }
}

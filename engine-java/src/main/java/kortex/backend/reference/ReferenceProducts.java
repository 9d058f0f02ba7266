package kortex.backend.reference;

import kortex.op.MatMul;

/** Matrix products, accumulated in double, or in wrapping longs, in the order of the inner axis. */
final class ReferenceProducts {
  private final MatMul op;
  private final int m;
  private final int n;
  private final int k;

  private ReferenceProducts(MatMul op, Dense a, Dense out) {
    this.op = op;
    this.m = (int) out.shape().extent(-2);
    this.n = (int) out.shape().extent(-1);
    this.k = (int) a.shape().extent(op.transposeA() ? -2 : -1);
  }

  static void matMul(MatMul op, Dense a, Dense b, Dense out) {
    ReferenceProducts product = new ReferenceProducts(op, a, out);
    int stacks = product.m * product.n == 0 ? 0 : out.size() / (product.m * product.n);
    for (int s = 0; s < stacks; s++) {
      if (out.dtype().isFloat()) {
        product.floats(a, b, out, s);
      } else {
        product.integers(a, b, out, s);
      }
    }
  }

  /** Position of element (row, p) of the left matrix. */
  private int left(int row, int p) {
    return op.transposeA() ? p * m + row : row * k + p;
  }

  /** Position of element (p, column) of the right matrix. */
  private int right(int p, int column) {
    return op.transposeB() ? column * k + p : p * n + column;
  }

  private void floats(Dense a, Dense b, Dense out, int stack) {
    // Both operands in row-major order, so that the inner loop walks over memory.
    double[] y = new double[k * n];
    for (int p = 0; p < k; p++) {
      for (int column = 0; column < n; column++) {
        y[p * n + column] = b.get(stack * k * n + right(p, column));
      }
    }
    double[] sums = new double[n];
    for (int row = 0; row < m; row++) {
      java.util.Arrays.fill(sums, 0);
      for (int p = 0; p < k; p++) {
        double x = a.get(stack * m * k + left(row, p));
        int from = p * n;
        for (int column = 0; column < n; column++) {
          sums[column] += x * y[from + column];
        }
      }
      for (int column = 0; column < n; column++) {
        out.set((stack * m + row) * n + column, sums[column]);
      }
    }
  }

  private void integers(Dense a, Dense b, Dense out, int stack) {
    for (int row = 0; row < m; row++) {
      for (int column = 0; column < n; column++) {
        long sum = 0;
        for (int p = 0; p < k; p++) {
          long x = a.getLong(stack * m * k + left(row, p));
          sum += x * b.getLong(stack * k * n + right(p, column));
        }
        out.setLong((stack * m + row) * n + column, sum);
      }
    }
  }
}

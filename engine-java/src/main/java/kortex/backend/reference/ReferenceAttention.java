package kortex.backend.reference;

import java.util.List;
import kortex.op.Attention;
import kortex.tensor.Shape;

/** Attention, one query at a time, in double. */
final class ReferenceAttention {
  private final Attention op;
  private final List<Dense> in;
  private final double[] q;
  private final double[] k;
  private final double[] v;
  private final int heads;
  private final int group;
  private final int m;
  private final int n;
  private final int d;
  private final int e;

  private ReferenceAttention(Attention op, List<Dense> in) {
    this.op = op;
    this.in = in;
    this.q = in.get(0).toDoubles();
    this.k = in.get(1).toDoubles();
    this.v = in.get(2).toDoubles();
    Shape queries = in.get(0).shape();
    Shape keys = in.get(1).shape();
    int leading = queries.rank() - 2;
    this.heads = Math.toIntExact(queries.take(leading).size());
    this.group = heads == 0 ? 1 : Math.toIntExact(heads / keys.take(leading).size());
    this.m = (int) queries.extent(-2);
    this.n = (int) keys.extent(-2);
    this.d = (int) queries.extent(-1);
    this.e = (int) in.get(2).shape().extent(-1);
  }

  static void run(Attention op, List<Dense> in, List<Dense> out) {
    ReferenceAttention all = new ReferenceAttention(op, in);
    switch (op) {
      case Attention.Attend _ -> all.forward(out.get(0), out.get(1));
      case Attention.AttendGrad _ -> all.backward(out);
    }
  }

  private static double product(double[] a, int rowA, double[] b, int rowB, int width) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += a[rowA * width + i] * b[rowB * width + i];
    }
    return sum;
  }

  /** The keys that query i sees. */
  private int seen(int i) {
    return op.causal() ? Math.min(n, i + 1) : n;
  }

  private double[] scores(int head, int i) {
    double[] out = new double[seen(i)];
    for (int j = 0; j < out.length; j++) {
      double product = product(q, head * m + i, k, head / group * n + j, d);
      out[j] = op.scale() * product + (op.biased() ? bias(head, i, j) : 0);
    }
    return out;
  }

  private double bias(int head, int i, int j) {
    Dense bias = in.get(3);
    Shape shape = bias.shape();
    Shape queries = in.get(0).shape();
    long[] strides = shape.strides();
    long at = j + (shape.extent(-2) == 1 ? 0 : (long) i * n);
    long rest = head;
    for (int axis = shape.rank() - 3; axis >= 0; axis--) {
      long index = rest % queries.extent(axis);
      rest /= queries.extent(axis);
      at += shape.extent(axis) == 1 ? 0 : index * strides[axis];
    }
    return bias.get(at);
  }

  private void forward(Dense mixed, Dense logSums) {
    for (int row = 0; row < heads * m; row++) {
      double[] weights = scores(row / m, row % m);
      double largest = Double.NEGATIVE_INFINITY;
      for (double score : weights) {
        largest = Math.max(largest, score);
      }
      double shift = largest == Double.NEGATIVE_INFINITY ? 0 : largest;
      double sum = 0;
      for (int j = 0; j < weights.length; j++) {
        weights[j] = Math.exp(weights[j] - shift);
        sum += weights[j];
      }
      int first = row / m / group * n;
      for (int c = 0; c < e; c++) {
        double total = 0;
        for (int j = 0; j < weights.length; j++) {
          total += weights[j] * v[(first + j) * e + c];
        }
        mixed.set((long) row * e + c, sum == 0 ? 0 : total / sum);
      }
      logSums.set(row, shift + Math.log(sum));
    }
  }

  private void backward(List<Dense> out) {
    int own = in.size() - 3;
    double[] g = in.get(own + 1).toDoubles();
    double[] dq = new double[out.get(0).size()];
    double[] dk = new double[out.get(1).size()];
    double[] dv = new double[out.get(2).size()];
    for (int row = 0; row < heads * m; row++) {
      double[] scores = scores(row / m, row % m);
      double logSum = in.get(own).get(row);
      double shift = logSum == Double.NEGATIVE_INFINITY ? 0 : logSum;
      for (int j = 0; j < scores.length; j++) {
        int key = row / m / group * n + j;
        double weight = Math.exp(scores[j] - shift);
        double inner = product(g, row, v, key, e) - in.get(own + 2).get(row);
        double slope = op.scale() * weight * inner;
        for (int c = 0; c < e; c++) {
          dv[key * e + c] += weight * g[row * e + c];
        }
        for (int c = 0; c < d; c++) {
          dq[row * d + c] += slope * k[key * d + c];
          dk[key * d + c] += slope * q[row * d + c];
        }
      }
    }
    out.get(0).setAll(dq);
    out.get(1).setAll(dk);
    out.get(2).setAll(dv);
  }
}

package kortex.backend.reference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import kortex.op.Accumulate;
import kortex.op.ArgSort;
import kortex.op.Index;
import kortex.op.Reduce;
import kortex.op.Scatter;

/** Positions, rows by position, accumulations and sorting, naively. */
final class ReferenceIndexing {
  private ReferenceIndexing() {}

  static void index(Index op, List<Dense> in, Dense out) {
    switch (op) {
      case Index.Position position -> position(position, out);
      case Index.Iota iota -> iota(iota, out);
      case Index.Bounded bounded -> bounded(bounded, in.getFirst(), out);
      case Index.Take take -> take(in.get(0), in.get(1), out);
      case Scatter scatter -> scatter(scatter, in.get(0), in.get(1), out);
    }
  }

  private static void position(Index.Position op, Dense out) {
    for (int i = 0; i < out.size(); i++) {
      out.setLong(i, op.start() + i);
    }
  }

  private static void iota(Index.Iota op, Dense out) {
    long stride = out.shape().strides()[op.axis()];
    for (int i = 0; i < out.size(); i++) {
      out.setLong(i, i / stride % out.shape().extent(op.axis()));
    }
  }

  private static void bounded(Index.Bounded op, Dense x, Dense out) {
    for (int i = 0; i < x.size(); i++) {
      long position = op.position(x.getLong(i));
      if (position < 0) {
        throw op.outside(x.shape(), i, x.getLong(i));
      }
      out.setLong(i, position);
    }
  }

  private static void take(Dense x, Dense index, Dense out) {
    long rows = x.shape().extent(0);
    int width = (int) x.shape().drop(1).size();
    for (int i = 0; i < index.size(); i++) {
      long row = Math.max(0, Math.min(index.getLong(i), rows - 1));
      for (int j = 0; j < width; j++) {
        ReferenceOps.copy(x, row * width + j, out, (long) i * width + j);
      }
    }
  }

  private static void scatter(Scatter op, Dense index, Dense updates, Dense out) {
    Reduce reduction = op.reduction();
    double[] floats = new double[out.size()];
    long[] integers = new long[out.size()];
    Arrays.fill(floats, reduction.initial(out.dtype()));
    Arrays.fill(integers, ReferenceOps.initialInteger(reduction, out));
    int width = (int) out.shape().drop(1).size();
    for (int i = 0; i < index.size(); i++) {
      long row = index.getLong(i);
      for (int j = 0; j < width && row >= 0 && row < op.size(); j++) {
        int to = (int) row * width + j;
        long from = (long) i * width + j;
        floats[to] = ReferenceOps.combine(reduction, floats[to], updates.get(from));
        integers[to] = ReferenceOps.combine(reduction, integers[to], updates.getLong(from));
      }
    }
    store(floats, integers, out);
  }

  private static void store(double[] floats, long[] integers, Dense out) {
    for (int i = 0; i < out.size(); i++) {
      if (out.dtype().isFloat()) {
        out.set(i, floats[i]);
      } else {
        out.setLong(i, integers[i]);
      }
    }
  }

  /** Running results are kept in double, or as they wrap in the integer type. */
  static void accumulate(Accumulate op, List<Dense> in, Dense out) {
    double[] floats = new double[out.size()];
    long[] integers = new long[out.size()];
    Formula one = new Formula(1);
    for (int line : lines(out, op.axis())) {
      int step = (int) out.shape().strides()[op.axis()] * (op.reverse() ? -1 : 1);
      int n = (int) out.shape().extent(op.axis());
      int at = op.reverse() ? line - step * (n - 1) : line;
      for (int k = 0; k < n; k++, at += step) {
        int here = at;
        int behind = at - step;
        if (k == 0) {
          floats[here] = in.getLast().get(here);
          integers[here] = in.getLast().getLong(here);
          continue;
        }
        List<Formula.Fn> inputs =
            IntStream.range(0, in.size())
                .mapToObj(i -> one.of(in.get(i), op.lag(i) == 0 ? here : behind))
                .toList();
        Formula.Fn before = one.number(out.dtype(), floats[behind], integers[behind]);
        Formula.Fn next = op.next(one, before, inputs);
        floats[here] = next.floating(0);
        integers[here] = next.integer(0);
      }
    }
    store(floats, integers, out);
  }

  /** The first positions of all lines along an axis. */
  private static int[] lines(Dense x, int axis) {
    long stride = x.shape().strides()[axis];
    long n = x.shape().extent(axis);
    return IntStream.range(0, x.size()).filter(i -> i / stride % n == 0).toArray();
  }

  static void sort(ArgSort op, Dense x, Dense out) {
    int stride = (int) x.shape().strides()[op.axis()];
    int n = (int) x.shape().extent(op.axis());
    for (int line : lines(x, op.axis())) {
      List<Integer> order =
          IntStream.range(0, n).boxed().sorted(order(op, x, line, stride)).toList();
      for (int i = 0; i < n; i++) {
        out.setLong(line + (long) i * stride, order.get(i));
      }
    }
  }

  /** Orders positions along a line by their elements; NaN is last in either direction. */
  private static Comparator<Integer> order(ArgSort op, Dense x, int line, int stride) {
    int sign = op.descending() ? -1 : 1;
    return (a, b) -> {
      long i = line + (long) a * stride;
      long j = line + (long) b * stride;
      if (!x.dtype().isFloat()) {
        return sign * Long.compare(x.getLong(i), x.getLong(j));
      }
      double p = x.get(i);
      double q = x.get(j);
      if (Double.isNaN(p) || Double.isNaN(q)) {
        return Boolean.compare(Double.isNaN(p), Double.isNaN(q));
      }
      return p == q ? 0 : sign * Double.compare(p, q);
    };
  }
}

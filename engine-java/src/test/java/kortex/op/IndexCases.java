package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import kortex.tensor.DType;

/** Rows of bounded positions, takes, scatters and sorting. */
final class IndexCases {
  private static final int[] SIZES = {0, 1, 31, 33, 1025};

  private IndexCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>(shapes());
    out.add(bounded(DType.I8, 31));
    out.add(bounded(DType.I16, 31));
    for (int n : SIZES) {
      out.add(bounded(DType.I64, n));
      out.add(bounded(DType.I32, n));
      out.add(rows("take", n, 5, 1));
      out.add(rows("take", n, 5, 33));
      out.add(rows("take", 7, n, 3));
      out.add(scattered(n, 5, 1));
      out.add(scattered(n, 5, 33));
      out.add(scattered(9, n, 3));
    }
    out.addAll(extrema());
    out.addAll(sorts());
    return out;
  }

  private static OpCase bounded(DType dtype, int n) {
    return OpCase.of(
            "bounded " + dtype + n,
            new Index.Bounded(9, true, "index", "axis 0"),
            in(dtype, -9, 9, n))
        .map(x -> x < 0 ? x + 9 : x)
        .flat();
  }

  /** {@code count} of {@code n} rows, each of {@code width}. */
  private static OpCase rows(String name, int n, int count, int width) {
    int some = n == 0 ? 0 : count;
    OpCase row =
        OpCase.of(
                name + " " + n + ", " + some + ", " + width,
                new Index.Take(),
                in(-2, 2, n, width),
                in(DType.I64, 0, n, some))
            .oracle(in -> {
              double[] y = new double[some * width];
              for (int i = 0; i < y.length; i++) {
                y[i] = in[0][(int) in[1][i / width] * width + i % width];
              }
              return y;
            });
    return n * width < 2000 ? row : row.flat();
  }

  private static OpCase scattered(int size, int count, int width) {
    int some = size == 0 ? 0 : count;
    OpCase row = scatter(new Scatter.ScatterAdd(size), some, width, 0, Double::sum);
    return some * width < 2000 ? row : row.flat();
  }

  private static OpCase scatter(
      Scatter op, int count, int width, double initial, DoubleBinaryOperator combine) {
    return OpCase.of(
            op + " " + count + ", " + width,
            op,
            in(DType.I64, 0, op.size(), count),
            in(-2, 2, count, width))
        .oracle(in -> {
          double[] y = new double[(int) op.size() * width];
          Arrays.fill(y, initial);
          for (int i = 0; i < count * width; i++) {
            int to = (int) in[0][i / width] * width + i % width;
            y[to] = combine.applyAsDouble(y[to], in[1][i]);
          }
          return y;
        });
  }

  /** Scalars and grids of positions, rows of several axes, and rows of none. */
  private static List<OpCase> shapes() {
    return List.of(
        OpCase.of("takeBlocks", new Index.Take(), in(-2, 2, 5, 2, 3), in(DType.I64, 0, 5, 3, 4)),
        OpCase.of("takeScalar", new Index.Take(), in(-2, 2, 4, 3), in(DType.I64, 0, 4)),
        OpCase.of("takeGrid", new Index.Take(), in(-2, 2, 5), in(DType.I64, 0, 5, 3, 4)),
        OpCase.of("takeOneRow", new Index.Take(), in(-2, 2, 1, 3), in(DType.I64, 0, 1, 4)),
        OpCase.of(
                "takeIntegers",
                new Index.Take(),
                in(DType.I32, -99, 99, 6, 3),
                in(DType.I64, 0, 6, 31))
            .flat(),
        OpCase.of("takeOutside", new Index.Take(), in(-2, 2, 5, 3), in(DType.I64, -9, 20, 31))
            .flat(),
        OpCase.of("scatterScalar", new Scatter.ScatterAdd(4), in(DType.I64, 0, 4), in(-2, 2, 3)),
        OpCase.of(
            "scatterGrid", new Scatter.ScatterAdd(5), in(DType.I64, 0, 5, 3, 4), in(-2, 2, 3, 4)),
        OpCase.of(
            "scatterBlocks",
            new Scatter.ScatterAdd(5),
            in(DType.I64, 0, 5, 3, 4),
            in(-2, 2, 3, 4, 2, 3)),
        OpCase.of(
                "scatterIntegers",
                new Scatter.ScatterAdd(6),
                in(DType.I64, 0, 6, 31),
                in(DType.I32, -99, 99, 31, 3))
            .flat(),
        OpCase.of(
                "scatterWide",
                new Scatter.ScatterAdd(64),
                in(DType.I64, 0, 64, 500),
                in(-2, 2, 500, 64))
            .flat(),
        OpCase.of(
                "scatterManyRows",
                new Scatter.ScatterAdd(70_001),
                in(DType.I64, 0, 70_001, 3000),
                in(-2, 2, 3000, 20))
            .flat(),
        OpCase.of(
                "scatterOutside",
                new Scatter.ScatterAdd(5),
                in(DType.I64, -9, 20, 31),
                in(-2, 2, 31, 3))
            .flat());
  }

  /** Every row is named by some position, so that no result is infinite. */
  private static List<OpCase> extrema() {
    return List.of(
        scatter(new Scatter.ScatterMax(2), 33, 3, Double.NEGATIVE_INFINITY, Math::max),
        scatter(new Scatter.ScatterMin(2), 33, 3, Double.POSITIVE_INFINITY, Math::min),
        scatter(new Scatter.ScatterMax(40), 33, 1, Double.NEGATIVE_INFINITY, Math::max).flat(),
        scatter(new Scatter.ScatterMin(40), 33, 20, Double.POSITIVE_INFINITY, Math::min).flat(),
        OpCase.of(
                "scatterMaxI64",
                new Scatter.ScatterMax(5),
                in(DType.I64, 0, 5, 31),
                in(DType.I64, -99, 99, 31))
            .flat());
  }

  private static List<OpCase> sorts() {
    List<OpCase> out = new ArrayList<>();
    for (int n : SIZES) {
      for (boolean descending : List.of(false, true)) {
        ArgSort op = new ArgSort(0, descending);
        String name = "argSort " + n + (descending ? " descending" : "");
        out.add(OpCase.of(name, op, in(-2, 2, n)).oracle(in -> sorted(in[0], descending)).flat());
        out.add(
            OpCase.of(name + " I32", op, in(DType.I32, -9, 9, n))
                .oracle(in -> sorted(in[0], descending))
                .flat());
        out.add(
            OpCase.of(name + " I64", op, in(DType.I64, -9, 9, n))
                .oracle(in -> sorted(in[0], descending))
                .flat());
        out.add(OpCase.of(name + " bool", op, in(DType.BOOL, 0, 2, n)).flat());
      }
    }
    out.add(OpCase.of("argSortRows", new ArgSort(1, false), in(-2, 2, 3, 33, 5)).flat());
    out.add(OpCase.of("argSortColumns", new ArgSort(0, true), in(DType.I32, -5, 5, 33, 3)).flat());
    out.add(OpCase.of("argSortLast", new ArgSort(2, false), in(-2, 2, 3, 5, 31)).flat());
    out.add(OpCase.of("argSortNothing", new ArgSort(1, false), in(-2, 2, 3, 0)).flat());
    return out;
  }

  private static double[] sorted(double[] x, boolean descending) {
    Comparator<Integer> order = Comparator.comparingDouble(i -> x[i]);
    return IntStream.range(0, x.length)
        .boxed()
        .sorted(descending ? order.reversed() : order)
        .mapToDouble(i -> i)
        .toArray();
  }
}

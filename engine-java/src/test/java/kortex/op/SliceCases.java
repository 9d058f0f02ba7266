package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.List;
import kortex.op.View.Range;
import kortex.tensor.DType;

/** Rows of slices. */
final class SliceCases {
  private SliceCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>();
    for (long n : new long[] {0, 1, 31, 33, 1025}) {
      out.add(vector("all", n, Range.all(n)));
      out.add(vector("none", n, new Range(0, 0, 1)));
      out.add(vector("reversed", n, new Range(n - 1, n, -1)));
      out.add(vector("first", n, new Range(0, Math.min(n, 1), 1)));
      out.add(vector("last", n, new Range(n - 1, Math.min(n, 1), 1)));
      out.add(vector("middle", n, new Range(n / 3, n / 2, 1)));
      out.add(vector("everyThird", n, new Range(Math.min(n / 2, 2), (n + 1) / 4, 3)));
      out.add(vector("backwards", n, new Range(n - 1, (n + 1) / 3, -2)));
    }
    Range all = Range.all(5);
    out.add(cube("rows", new Range(1, 2, 1), all, Range.all(4)));
    out.add(cube("columns", Range.all(3), all, new Range(1, 2, 2)));
    out.add(cube("everyAxis", new Range(2, 2, -2), new Range(1, 3, 1), new Range(3, 4, -1)));
    out.add(cube("one", new Range(2, 1, 1), new Range(4, 1, 1), new Range(0, 1, 1)));
    out.add(cube("noColumns", Range.all(3), all, new Range(0, 0, 1)));
    out.add(
        OpCase.of(
                "slice i32",
                new View.Slice(List.of(new Range(8, 4, -2))),
                in(DType.I32, -90, 90, 9))
            .oracle(in -> new double[] {in[0][8], in[0][6], in[0][4], in[0][2]})
            .flat());
    out.add(
        OpCase.of(
                "slice bool", new View.Slice(List.of(new Range(1, 5, 1))), in(DType.BOOL, 0, 2, 9))
            .flat());
    return out;
  }

  private static OpCase vector(String name, long n, Range range) {
    OpCase row =
        OpCase.of("slice " + name + "[" + n + "]", new View.Slice(List.of(range)), in(-2, 2, n));
    OpCase checked =
        row.oracle(in -> {
          double[] y = new double[(int) range.size()];
          for (int i = 0; i < y.length; i++) {
            y[i] = in[0][(int) (range.begin() + i * range.step())];
          }
          return y;
        });
    return n > 50 ? checked.flat() : checked;
  }

  private static OpCase cube(String name, Range... ranges) {
    return OpCase.of("slice " + name, new View.Slice(List.of(ranges)), in(-2, 2, 3, 5, 4));
  }
}

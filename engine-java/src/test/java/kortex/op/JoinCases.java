package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import kortex.op.Join.Margin;
import kortex.tensor.DType;

/** Rows of padding and concatenation. */
final class JoinCases {
  private JoinCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>(pads());
    out.addAll(concats());
    return out;
  }

  private static List<OpCase> pads() {
    List<OpCase> out = new ArrayList<>();
    for (long n : new long[] {0, 1, 31, 33, 1025}) {
      out.add(vector("low", n, new Margin(2, 0, 0), 0));
      out.add(vector("high", n, new Margin(0, 3, 0), 1.5));
      out.add(vector("both", n, new Margin(1, 2, 0), -1));
      out.add(vector("interior", n, new Margin(0, 0, 1), 0));
      out.add(vector("all", n, new Margin(3, 4, 2), 0.5));
    }
    Margin none = Margin.NONE;
    out.add(cube("rows", 0, new Margin(1, 1, 0), none, none));
    out.add(cube("columns", 2, none, none, new Margin(0, 2, 0)));
    out.add(cube("everyAxis", 0, new Margin(1, 0, 1), new Margin(0, 2, 0), new Margin(3, 1, 2)));
    out.add(cube("nothing", 0, none, none, none));
    out.add(
        OpCase.of("pad i32", new Join.Pad(List.of(new Margin(1, 2, 0)), 7), in(DType.I32, -9, 9, 5))
            .flat());
    out.add(
        OpCase.of(
                "pad bool", new Join.Pad(List.of(new Margin(1, 2, 1)), 1), in(DType.BOOL, 0, 2, 5))
            .flat());
    return out;
  }

  private static OpCase vector(String name, long n, Margin margin, double value) {
    OpCase row =
        OpCase.of("pad " + name + "[" + n + "]", new Join.Pad(List.of(margin), value), in(-2, 2, n))
            .oracle(in -> {
              double[] y = new double[(int) margin.extent(n)];
              Arrays.fill(y, value);
              for (int i = 0; i < n; i++) {
                y[(int) (margin.low() + i * (margin.interior() + 1))] = in[0][i];
              }
              return y;
            });
    return n > 50 ? row.flat() : row;
  }

  private static OpCase cube(String name, double value, Margin... margins) {
    return OpCase.of("pad " + name, new Join.Pad(List.of(margins), value), in(-2, 2, 3, 5, 4));
  }

  private static List<OpCase> concats() {
    List<OpCase> out = new ArrayList<>();
    out.add(vectors(4));
    out.add(vectors(3, 5));
    out.add(vectors(0, 31, 0));
    out.add(vectors(1, 33, 0, 2));
    out.add(vectors(1025, 31, 1, 0, 7).flat());
    out.add(vectors(0, 0));
    out.add(vectors(LongStream.range(0, 20).toArray()));
    for (int axis = 0; axis < 3; axis++) {
      out.add(
          OpCase.of(
              "concat along " + axis,
              new Join.Concat(axis),
              in(-2, 2, sized(axis, 2)),
              in(-2, 2, sized(axis, 0)),
              in(-2, 2, sized(axis, 3))));
      OpCase.Operand[] many = new OpCase.Operand[18];
      Arrays.fill(many, in(-2, 2, sized(axis, 2)));
      out.add(OpCase.of("concat many along " + axis, new Join.Concat(axis), many).flat());
    }
    out.add(
        OpCase.of(
                "concat i64",
                new Join.Concat(0),
                in(DType.I64, -90, 90, 5),
                in(DType.I64, -90, 90, 3))
            .flat());
    return out;
  }

  private static long[] sized(int axis, long extent) {
    long[] shape = {3, 4, 2};
    shape[axis] = extent;
    return shape;
  }

  private static OpCase vectors(long... extents) {
    OpCase.Operand[] parts =
        LongStream.of(extents).mapToObj(n -> in(-2, 2, n)).toArray(OpCase.Operand[]::new);
    return OpCase.of("concat " + Arrays.toString(extents), new Join.Concat(0), parts)
        .oracle(in -> Arrays.stream(in).flatMapToDouble(Arrays::stream).toArray());
  }
}

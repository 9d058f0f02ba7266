package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kortex.tensor.DType;

/** Rows of the reductions. */
final class ReduceCases {
  private ReduceCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>();
    for (List<Integer> axes :
        List.of(List.of(0), List.of(1), List.of(2), List.of(0, 2), List.of(0, 1, 2))) {
      out.add(OpCase.of("sum" + axes, new Reduce.Sum(axes), in(-2, 2, 3, 5, 4)));
      out.add(OpCase.of("max" + axes, new Reduce.Max(axes), in(-2, 2, 3, 5, 4)));
      out.add(OpCase.of("min" + axes, new Reduce.Min(axes), in(-2, 2, 3, 5, 4)));
      out.add(OpCase.of("prod" + axes, new Reduce.Prod(axes), in(0.6, 1.4, 3, 5, 4)));
    }
    out.add(OpCase.of("sumNone", new Reduce.Sum(List.of(0)), in(-2, 2, 0, 3)));
    out.add(OpCase.of("prodNone", new Reduce.Prod(List.of(0)), in(-2, 2, 0, 3)));
    out.add(OpCase.of("prodSplit", new Reduce.Prod(List.of(1)), in(0.9, 1.1, 16, 2100)).flat());
    out.add(
        OpCase.of("prodSplitColumns", new Reduce.Prod(List.of(0)), in(0.9, 1.1, 2100, 16)).flat());
    out.add(OpCase.of("prodI64", new Reduce.Prod(List.of(0)), in(DType.I64, -9, 9, 5, 7)).flat());
    out.add(OpCase.of("maxNone", new Reduce.Max(List.of(1)), in(-2, 2, 3, 0)).flat());
    out.add(OpCase.of("sumOdd", new Reduce.Sum(List.of(1)), in(-2, 2, 33, 1025)).flat());
    out.add(OpCase.of("sumColumns", new Reduce.Sum(List.of(0)), in(-2, 2, 1025, 33)).flat());
    out.add(OpCase.of("sumSplit", new Reduce.Sum(List.of(0)), in(-2, 2, 70001)).flat());
    out.add(OpCase.of("sumSplitColumns", new Reduce.Sum(List.of(0)), in(-2, 2, 9000, 5)).flat());
    out.add(OpCase.of("sumSplitRows", new Reduce.Sum(List.of(1)), in(-2, 2, 3, 40001)).flat());
    out.add(OpCase.of("maxI32", new Reduce.Max(List.of(1)), in(DType.I32, -99, 99, 5, 7)).flat());
    out.add(OpCase.of("sumI64", new Reduce.Sum(List.of(0)), in(DType.I64, -99, 99, 5, 7)).flat());
    for (long n : OpCase.ODD) {
      out.addAll(odd(n));
    }
    return out;
  }

  private static List<OpCase> odd(long n) {
    List<OpCase> out = new ArrayList<>();
    for (int axis : new int[] {0, 1}) {
      List<Integer> axes = List.of(axis);
      for (Reduce op :
          List.of(
              new Reduce.Sum(axes),
              new Reduce.Prod(axes),
              new Reduce.Max(axes),
              new Reduce.Min(axes))) {
        for (long[] shape : new long[][] {{n, 3}, {3, n}}) {
          OpCase row = OpCase.of(op + Arrays.toString(shape), op, in(0.95, 1.05, shape));
          // The largest of nothing is infinite: differences are NaN there.
          boolean infinite =
              shape[axis] == 0 && (op instanceof Reduce.Max || op instanceof Reduce.Min);
          out.add(infinite ? row.flat() : row.flatIfLong(n));
        }
      }
    }
    return out;
  }
}

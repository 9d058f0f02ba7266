package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.List;
import kortex.tensor.DType;

/** Rows of the scans: last, middle and outermost axis, one line and many. */
final class AccumulateCases {
  private static final long[][] SHAPES = {
    {0}, {1}, {31}, {33}, {1025}, {3, 0}, {0, 3}, {4, 5}, {1, 5}, {5, 1}, {3, 4, 5}, {33, 31},
  };

  private AccumulateCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>();
    for (long[] shape : SHAPES) {
      for (int axis = 0; axis < shape.length; axis++) {
        int along = axis;
        for (boolean reverse : List.of(false, true)) {
          Accumulate op = new Accumulate.Recurrence(axis, reverse);
          out.add(
              row(op, shape, in(-1, 1, shape), in(-2, 2, shape))
                  .oracle(in -> recurrence(in, shape, along, reverse)));
        }
        out.add(row(new Accumulate.CumMax(axis), shape, in(-2, 2, shape)));
        out.add(row(new Accumulate.CumMin(axis), shape, in(-2, 2, shape)));
      }
    }
    OpCase.Operand integers = in(DType.I32, -9, 9, 4, 33);
    out.add(
        OpCase.of("recurrenceI32", new Accumulate.Recurrence(1, false), integers, integers).flat());
    out.add(
        OpCase.of("recurrenceI32Up", new Accumulate.Recurrence(0, true), integers, integers)
            .flat());
    out.add(OpCase.of("cumMaxI32", new Accumulate.CumMax(0), integers).flat());
    out.add(
        OpCase.of(
                "recurrenceWide",
                new Accumulate.Recurrence(0, true),
                in(-1, 1, 40, 20_001),
                in(-2, 2, 40, 20_001))
            .flat());
    return out;
  }

  private static OpCase row(Accumulate op, long[] shape, OpCase.Operand... inputs) {
    OpCase row = OpCase.of(op + " " + List.of(inputs[0].shape()), op, inputs);
    return inputs[0].shape().size() > 100 ? row.flat() : row;
  }

  private static double[] recurrence(double[][] in, long[] shape, int axis, boolean reverse) {
    int n = (int) shape[axis];
    int stride = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      stride *= (int) shape[i];
    }
    double[] y = new double[in[0].length];
    for (int i = 0; i < y.length; i++) {
      int at = reverse ? y.length - 1 - i : i;
      int k = at / stride % n;
      if (reverse) {
        y[at] = in[1][at] + (k == n - 1 ? 0 : in[0][at + stride] * y[at + stride]);
      } else {
        y[at] = in[1][at] + (k == 0 ? 0 : in[0][at] * y[at - stride]);
      }
    }
    return y;
  }
}

package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Rows of what makes values from nothing: constants, positions, random numbers. */
final class LeafCases {
  private LeafCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>(positions());
    OpCase.Operand key = in(DType.I64, -9e18, 9e18, 1);
    OpCase.Operand counter = in(DType.I64, 0, 1e13, 1);
    out.addAll(
        OpCase.of("uniform", new Unary.Neg(), key, counter)
            .byDType(d -> new Random.Uniform(d.isFloat() ? d : DType.F64))
            .flat()
            .sizes(0, 1, 31, 33, 1025));
    for (int width : new int[] {1, 63, 64}) {
      out.add(
          OpCase.of(
                  "bits" + width,
                  new Random.Bits(width),
                  in(DType.I64, -9e18, 9e18, 3, 11),
                  in(DType.I64, 0, 1e13, 3, 11))
              .flat());
    }
    return out;
  }

  private static List<OpCase> positions() {
    return List.of(
        OpCase.of("fill", new Unary.Neg())
            .byDType(d -> new Leaf.Fill(new TensorType(d, Shape.of(3, 31)), 1.5))
            .flat(),
        OpCase.of("iota", new Unary.Neg())
            .byDType(d -> new Index.Iota(new TensorType(d, Shape.of(4, 33)), 1))
            .flat(),
        OpCase.of("iotaI32", new Index.Iota(new TensorType(DType.I32, Shape.of(4, 5)), 0)).flat(),
        position(Shape.of(3, 31), 0),
        position(Shape.SCALAR, 1L << 52),
        position(Shape.of(0), 5),
        position(Shape.of(2, 3, 4), 5L << 32));
  }

  private static OpCase position(Shape shape, long start) {
    return OpCase.of("position " + shape, new Index.Position(shape, start))
        .flat()
        .oracle(in -> {
          double[] out = new double[(int) shape.size()];
          Arrays.setAll(out, i -> start + i);
          return out;
        });
  }
}

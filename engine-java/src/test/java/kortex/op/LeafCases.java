package kortex.op;

import static kortex.op.OpCase.in;

import java.util.List;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Rows of what makes values from nothing: constants, positions, random numbers. */
final class LeafCases {
  private LeafCases() {}

  static List<OpCase> cases() {
    OpCase.Operand key = in(DType.I64, 5e8, 5e9);
    return List.of(
        OpCase.of("fill", new Unary.Neg())
            .byDType(d -> new Leaf.Fill(new TensorType(d, Shape.of(3, 31)), 1.5))
            .flat(),
        OpCase.of("iota", new Unary.Neg())
            .byDType(d -> new Index.Iota(new TensorType(d, Shape.of(4, 33)), 1))
            .flat(),
        OpCase.of("iotaI32", new Index.Iota(new TensorType(DType.I32, Shape.of(4, 5)), 0)).flat(),
        OpCase.of("uniform", new Unary.Neg(), key)
            .byDType(d -> new Random.Uniform(new TensorType(d, Shape.of(33, 31)), 7))
            .flat());
  }
}

package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.List;
import kortex.tensor.DType;

/** Rows of the matrix product. */
final class ProductCases {
  private ProductCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>();
    for (boolean a : new boolean[] {false, true}) {
      for (boolean b : new boolean[] {false, true}) {
        OpCase.Operand left = a ? in(-1, 1, 4, 3) : in(-1, 1, 3, 4);
        OpCase.Operand right = b ? in(-1, 1, 5, 4) : in(-1, 1, 4, 5);
        out.add(
            OpCase.of(
                "matMul" + (a ? "T" : "") + "x" + (b ? "T" : ""), new MatMul(a, b), left, right));
      }
    }
    out.add(
        OpCase.of("matMulStack", new MatMul(false, true), in(-1, 1, 2, 3, 4), in(-1, 1, 2, 5, 4)));
    out.add(
        OpCase.of("matMulOdd", new MatMul(true, false), in(-1, 1, 33, 31), in(-1, 1, 33, 65))
            .flat());
    for (DType dtype : List.of(DType.I32, DType.I64)) {
      OpCase.Operand left = in(dtype, -99, 99, 5, 7);
      OpCase.Operand right = in(dtype, -99, 99, 3, 7);
      out.add(OpCase.of("matMul" + dtype, new MatMul(false, true), left, right).flat());
    }
    out.add(OpCase.of("matMulEmpty", new MatMul(false, false), in(-1, 1, 3, 0), in(-1, 1, 0, 2)));
    for (long n : OpCase.ODD) {
      MatMul op = new MatMul(false, false);
      out.add(OpCase.of("matMulM" + n, op, in(-1, 1, n, 3), in(-1, 1, 3, 2)).flatIfLong(n));
      out.add(OpCase.of("matMulK" + n, op, in(-1, 1, 3, n), in(-1, 1, n, 2)).flatIfLong(n));
      out.add(OpCase.of("matMulN" + n, op, in(-1, 1, 3, 2), in(-1, 1, 2, n)).flatIfLong(n));
    }
    return out;
  }
}

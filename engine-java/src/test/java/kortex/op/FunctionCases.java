package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.List;
import kortex.tensor.DType;

/** Rows of the elementary and special functions, of remainders and of bits. */
final class FunctionCases {
  private FunctionCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>();
    unary().forEach(c -> out.addAll(c.sizes(OpCase.ODD)));
    binary().forEach(c -> out.addAll(c.sizes(OpCase.ODD)));
    integers().forEach(c -> out.addAll(c.sizes(OpCase.ODD)));
    return out;
  }

  private static OpCase unary(Unary op, double low, double high) {
    return OpCase.of(op.label(), op, in(low, high, 1));
  }

  private static List<OpCase> unary() {
    return List.of(
        unary(new Unary.Round(), 0.6, 1.4).map(Math::rint),
        unary(new Exponential.Expm1(), -3, 3).map(Math::expm1),
        unary(new Exponential.Log1p(), -0.9, 5).map(Math::log1p),
        unary(new Exponential.Exp2(), -3, 3).map(x -> Math.exp(x * Math.log(2))),
        unary(new Exponential.Log2(), 0.1, 5).map(x -> Math.log(x) / Math.log(2)),
        unary(new Exponential.Log10(), 0.1, 5).map(Math::log10),
        unary(new Exponential.Cbrt(), 0.1, 5).map(Math::cbrt),
        unary(new Exponential.Softplus(), -4, 4).map(x -> Math.log(1 + Math.exp(x))),
        unary(new Trigonometric.Tan(), -1.2, 1.2).map(Math::tan),
        unary(new Trigonometric.Asin(), -0.9, 0.9).map(Math::asin),
        unary(new Trigonometric.Acos(), -0.9, 0.9).map(Math::acos),
        unary(new Trigonometric.Atan(), -5, 5).map(Math::atan),
        unary(new Trigonometric.Sinh(), -3, 3).map(Math::sinh),
        unary(new Trigonometric.Cosh(), -3, 3).map(Math::cosh),
        unary(new Trigonometric.Asinh(), -5, 5).map(x -> Math.log(x + Math.sqrt(x * x + 1))),
        unary(new Trigonometric.Acosh(), 1.2, 5).map(x -> Math.log(x + Math.sqrt(x * x - 1))),
        unary(new Trigonometric.Atanh(), -0.9, 0.9).map(x -> Math.log((1 + x) / (1 - x)) / 2),
        unary(new Special.Erfc(), -2, 2),
        unary(new Special.Erfinv(), -0.9, 0.9),
        unary(new Special.Lgamma(), 0.3, 6),
        unary(new Special.Polygamma(0), 0.3, 6),
        unary(new Special.Polygamma(1), 0.5, 6),
        unary(new Special.Polygamma(2), 0.8, 6));
  }

  private static OpCase binary(Binary op, double low, double high) {
    return OpCase.of(op.label(), op, in(low, high, 1), in(low, high, 1));
  }

  private static List<OpCase> binary() {
    return List.of(
        binary(new Plane.Atan2(), 0.3, 2).zip(Math::atan2),
        binary(new Plane.Hypot(), 0.3, 2).zip(Math::hypot),
        binary(new Plane.CopySign(), 0.3, 2).zip(Math::copySign),
        division(new Division.FloorMod()).zip((a, b) -> a + 2 * b),
        division(new Division.Remainder()).zip((a, b) -> a % b),
        division(new Division.IeeeRemainder()).zip(Math::IEEEremainder));
  }

  /** Quotients between −1.48 and −1.07, away from where remainders jump. */
  private static OpCase division(Binary op) {
    return OpCase.of(op.label(), op, in(-3.4, -3.1, 1), in(2.3, 2.9, 1));
  }

  private static List<OpCase> integers() {
    List<OpCase> out = new ArrayList<>();
    for (DType dtype : List.of(DType.I64, DType.I32, DType.I16, DType.I8, DType.U8)) {
      OpCase.Operand any = in(dtype, dtype == DType.U8 ? 0 : -50, 50, 1);
      OpCase.Operand bits = in(dtype, dtype == DType.U8 ? 0 : -3, 70, 1);
      out.add(
          OpCase.of("floorDiv" + dtype, new Division.FloorDiv(), any, any)
              .zip((a, b) -> b == 0 ? 0 : Math.floorDiv((long) a, (long) b))
              .flat());
      out.add(
          OpCase.of("floorMod" + dtype, new Division.FloorMod(), any, any)
              .zip((a, b) -> b == 0 ? 0 : Math.floorMod((long) a, (long) b))
              .flat());
      out.add(OpCase.of("remainder" + dtype, new Division.Remainder(), any, any).flat());
      out.add(OpCase.of("and" + dtype, new Bits.And(), any, any).flat());
      out.add(OpCase.of("or" + dtype, new Bits.Or(), any, any).flat());
      out.add(OpCase.of("xor" + dtype, new Bits.Xor(), any, any).flat());
      out.add(OpCase.of("shiftLeft" + dtype, new Bits.ShiftLeft(), any, bits).flat());
      out.add(OpCase.of("shiftRight" + dtype, new Bits.ShiftRight(), any, bits).flat());
    }
    OpCase.Operand truth = in(DType.BOOL, 0, 2, 1);
    out.add(OpCase.of("xor", new Bits.Xor(), truth, truth).zip((a, b) -> a == b ? 0 : 1).flat());
    return out;
  }
}

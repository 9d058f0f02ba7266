package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.List;
import kortex.scalar.ScalarMath;
import kortex.tensor.DType;

/** Rows of the elementwise ops. */
final class ElementwiseCases {
  private ElementwiseCases() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>();
    unary().forEach(c -> out.addAll(c.sizes(OpCase.ODD)));
    binary().forEach(c -> out.addAll(c.sizes(OpCase.ODD)));
    return out;
  }

  private static OpCase unary(Unary op, double low, double high) {
    return OpCase.of(op.label(), op, in(low, high, 1));
  }

  private static List<OpCase> unary() {
    return List.of(
        unary(new Unary.Neg(), -2, 2).map(x -> -x),
        unary(new Unary.Abs(), 0.1, 2).map(Math::abs),
        unary(new Unary.Sign(), -2, -0.1).map(Math::signum),
        unary(new Unary.Floor(), 0.1, 0.9).map(Math::floor),
        unary(new Unary.Exp(), -3, 3).map(Math::exp),
        unary(new Unary.Log(), 0.1, 5).map(Math::log),
        unary(new Unary.Sqrt(), 0.1, 5).map(Math::sqrt),
        unary(new Unary.Sin(), -4, 4).map(Math::sin),
        unary(new Unary.Cos(), -4, 4).map(Math::cos),
        unary(new Unary.Tanh(), -3, 3).map(Math::tanh),
        unary(new Unary.Sigmoid(), -4, 4).map(x -> 1 / (1 + Math.exp(-x))),
        unary(new Unary.Erf(), -3, 3).map(ScalarMath::erf),
        unary(new Unary.StopGradient(), -2, 2).map(x -> x).flat(),
        unary(new Unary.Cast(DType.F64), -2, 2).map(x -> x),
        unary(new Unary.Cast(DType.I32), -9, 9).map(x -> (int) x).flat(),
        unary(new Unary.Cast(DType.I64), -9, 9).map(x -> (long) x).flat(),
        unary(new Unary.Cast(DType.BOOL), 0.5, 9).map(x -> 1).flat(),
        OpCase.of("not", new Unary.Not(), in(DType.BOOL, 0, 2, 1)).map(x -> 1 - x).flat());
  }

  private static OpCase binary(Binary op, double low, double high) {
    return OpCase.of(op.label(), op, in(low, high, 1), in(low, high, 1));
  }

  private static List<OpCase> binary() {
    List<OpCase> out =
        new ArrayList<>(
            List.of(
                binary(new Binary.Add(), -2, 2).zip(Double::sum),
                binary(new Binary.Sub(), -2, 2).zip((a, b) -> a - b),
                binary(new Binary.Mul(), -2, 2).zip((a, b) -> a * b),
                binary(new Binary.Div(), 0.5, 2).zip((a, b) -> a / b),
                binary(new Binary.Pow(), 0.5, 2).zip(Math::pow),
                binary(new Binary.Max(), -2, 2).zip(Math::max),
                binary(new Binary.Min(), -2, 2).zip(Math::min)));
    out.add(binary(new Binary.Equal(), -2, 2).zip((a, b) -> a == b ? 1 : 0).flat());
    out.add(binary(new Binary.Less(), -2, 2).zip((a, b) -> a < b ? 1 : 0).flat());
    out.add(binary(new Binary.LessOrEqual(), -2, 2).zip((a, b) -> a <= b ? 1 : 0).flat());
    out.add(bools(new Bits.And()).zip((a, b) -> a * b).flat());
    out.add(bools(new Bits.Or()).zip(Math::max).flat());
    for (Binary op :
        List.of(new Binary.Add(), new Binary.Mul(), new Binary.Div(), new Binary.Max())) {
      OpCase.Operand integers = in(DType.I32, -50, 50, 1);
      out.add(OpCase.of(op.label() + "I32", op, integers, integers).flat());
    }
    OpCase.Operand x = in(-2, 2, 1);
    out.add(
        OpCase.of("select", new Select(), in(DType.BOOL, 0, 2, 1), x, x)
            .oracle(in -> {
              double[] y = new double[in[0].length];
              for (int i = 0; i < y.length; i++) {
                y[i] = in[0][i] != 0 ? in[1][i] : in[2][i];
              }
              return y;
            }));
    return out;
  }

  private static OpCase bools(Binary op) {
    return OpCase.of(op.label(), op, in(DType.BOOL, 0, 2, 1), in(DType.BOOL, 0, 2, 1));
  }
}

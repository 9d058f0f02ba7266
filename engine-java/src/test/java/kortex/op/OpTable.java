package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.List;
import kortex.scalar.ScalarMath;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** One or more rows for every op; {@link OpTableTest} fails when one is missing. */
final class OpTable {
  private static final long[] SIZES = {0, 1, 31, 33, 1025};

  private OpTable() {}

  static List<OpCase> cases() {
    List<OpCase> out = new ArrayList<>();
    unary().forEach(c -> out.addAll(c.sizes(SIZES)));
    binary().forEach(c -> out.addAll(c.sizes(SIZES)));
    out.addAll(reductions());
    out.addAll(views());
    out.addAll(leaves());
    out.addAll(products());
    out.addAll(windows());
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
    out.add(bools(new Binary.And()).zip((a, b) -> a * b).flat());
    out.add(bools(new Binary.Or()).zip(Math::max).flat());
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

  private static List<OpCase> reductions() {
    List<OpCase> out = new ArrayList<>();
    for (List<Integer> axes :
        List.of(List.of(0), List.of(1), List.of(2), List.of(0, 2), List.of(0, 1, 2))) {
      out.add(OpCase.of("sum" + axes, new Reduce.Sum(axes), in(-2, 2, 3, 5, 4)));
      out.add(OpCase.of("max" + axes, new Reduce.Max(axes), in(-2, 2, 3, 5, 4)));
      out.add(OpCase.of("min" + axes, new Reduce.Min(axes), in(-2, 2, 3, 5, 4)));
    }
    out.add(OpCase.of("sumNone", new Reduce.Sum(List.of(0)), in(-2, 2, 0, 3)));
    out.add(OpCase.of("maxNone", new Reduce.Max(List.of(1)), in(-2, 2, 3, 0)).flat());
    out.add(OpCase.of("sumOdd", new Reduce.Sum(List.of(1)), in(-2, 2, 33, 1025)).flat());
    out.add(OpCase.of("sumColumns", new Reduce.Sum(List.of(0)), in(-2, 2, 1025, 33)).flat());
    out.add(OpCase.of("sumSplit", new Reduce.Sum(List.of(0)), in(-2, 2, 70001)).flat());
    out.add(OpCase.of("sumSplitColumns", new Reduce.Sum(List.of(0)), in(-2, 2, 9000, 5)).flat());
    out.add(OpCase.of("sumSplitRows", new Reduce.Sum(List.of(1)), in(-2, 2, 3, 40001)).flat());
    out.add(OpCase.of("maxI32", new Reduce.Max(List.of(1)), in(DType.I32, -99, 99, 5, 7)).flat());
    out.add(OpCase.of("sumI64", new Reduce.Sum(List.of(0)), in(DType.I64, -99, 99, 5, 7)).flat());
    return out;
  }

  private static List<OpCase> views() {
    return List.of(
        OpCase.of("reshape", new View.Reshape(Shape.of(4, 15)), in(-2, 2, 3, 5, 4)),
        OpCase.of("reshapeUnits", new View.Reshape(Shape.of(3, 1, 20)), in(-2, 2, 1, 3, 20)),
        OpCase.of("permute", new View.Permute(List.of(2, 0, 1)), in(-2, 2, 3, 5, 4)),
        OpCase.of("permuteOdd", new View.Permute(List.of(1, 0)), in(-2, 2, 33, 31)).flat(),
        OpCase.of("broadcastRows", new View.Broadcast(Shape.of(3, 5), List.of(1)), in(-2, 2, 5)),
        OpCase.of("broadcastColumns", new View.Broadcast(Shape.of(3, 5), List.of(0)), in(-2, 2, 3)),
        OpCase.of(
            "broadcastOne", new View.Broadcast(Shape.of(3, 5), List.of(0, 1)), in(-2, 2, 1, 5)),
        OpCase.of("broadcastScalar", new View.Broadcast(Shape.of(3, 5), List.of()), in(-2, 2)));
  }

  private static List<OpCase> leaves() {
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

  private static List<OpCase> products() {
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
    out.add(OpCase.of("matMulEmpty", new MatMul(false, false), in(-1, 1, 3, 0), in(-1, 1, 0, 2)));
    return out;
  }

  private static List<OpCase> windows() {
    List<OpCase> out = new ArrayList<>();
    Convolution.Geometry plain = geometry(1, 1, 1, 1);
    Convolution.Geometry strided = geometry(2, 0, 1, 1);
    Convolution.Geometry dilated = geometry(1, 2, 2, 1);
    Convolution.Geometry grouped = geometry(1, 1, 1, 2);
    for (Convolution.Geometry g : List.of(plain, strided, dilated, grouped)) {
      Shape x = Shape.of(2, 4, 6, 5);
      Shape w = Shape.of(6, 4 / g.groups(), 3, 3);
      Shape y = new Convolution.Conv(g).infer(List.of(f64(x), f64(w))).getFirst().shape();
      OpCase.Operand xs = in(-1, 1, x.toArray());
      OpCase.Operand ws = in(-1, 1, w.toArray());
      OpCase.Operand ys = in(-1, 1, y.toArray());
      out.add(OpCase.of("conv " + g, new Convolution.Conv(g), xs, ws));
      out.add(OpCase.of("convInputGrad " + g, new Convolution.ConvInputGrad(x, g), ys, ws));
      out.add(OpCase.of("convWeightGrad " + g, new Convolution.ConvWeightGrad(w, g), xs, ys));
    }
    out.addAll(pools());
    return out;
  }

  private static List<OpCase> pools() {
    List<OpCase> out = new ArrayList<>();
    for (Pooling.Geometry g : List.of(pool(2, 2, 0), pool(3, 2, 1), pool(3, 1, 1))) {
      Shape x = Shape.of(2, 3, 6, 7);
      Shape y = new Pooling.AvgPool(g).infer(List.of(f64(x))).getFirst().shape();
      OpCase.Operand xs = in(-1, 1, x.toArray());
      OpCase.Operand ys = in(-1, 1, y.toArray());
      out.add(OpCase.of("maxPool " + g, new Pooling.MaxPool(g), xs));
      out.add(OpCase.of("maxPoolGrad " + g, new Pooling.MaxPoolGrad(g), xs, ys));
      out.add(OpCase.of("maxPoolSelect " + g, new Pooling.MaxPoolSelect(g), xs, xs));
      out.add(OpCase.of("avgPool " + g, new Pooling.AvgPool(g), xs));
      out.add(OpCase.of("avgPoolGrad " + g, new Pooling.AvgPoolGrad(x, g), ys));
    }
    return out;
  }

  private static TensorType f64(Shape shape) {
    return new TensorType(DType.F64, shape);
  }

  private static Convolution.Geometry geometry(int stride, int pad, int dilation, int groups) {
    return new Convolution.Geometry(
        List.of(stride, stride),
        List.of(pad, pad),
        List.of(pad, pad),
        List.of(dilation, dilation),
        groups);
  }

  private static Pooling.Geometry pool(int window, int stride, int pad) {
    return new Pooling.Geometry(
        List.of(window, window), List.of(stride, stride), List.of(pad, pad), List.of(pad, pad));
  }
}

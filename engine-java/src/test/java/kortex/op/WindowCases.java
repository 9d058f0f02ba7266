package kortex.op;

import static kortex.op.OpCase.in;

import java.util.ArrayList;
import java.util.List;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Rows of convolutions and pools. */
final class WindowCases {
  private WindowCases() {}

  static List<OpCase> cases() {
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

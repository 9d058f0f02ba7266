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
    Convolution.Geometry depthwise = geometry(1, 1, 1, 4);
    for (Convolution.Geometry g : List.of(plain, strided, dilated, grouped, depthwise)) {
      out.addAll(convolutions(g, g.groups() == 4 ? 4 : 6, 2, 4, 6, 5));
      out.addAll(convolutions(g.in(Format.CHANNELS_LAST), g.groups() == 4 ? 4 : 6, 2, 6, 5, 4));
    }
    for (Pooling.Geometry g : List.of(pool(2, 2, 0), pool(3, 2, 1), pool(3, 1, 1))) {
      out.addAll(pools(g, 2, 3, 6, 7));
      out.addAll(pools(g.in(Format.CHANNELS_LAST), 2, 6, 7, 3));
    }
    for (long n : OpCase.ODD) {
      long images = n == 1025 ? 1 : n; // Longer sums of f32 differ too much.
      convolutions(plain, 2, images, 1, 1, Math.max(n, 1)).forEach(c -> out.add(c.flatIfLong(n)));
      pools(pool(2, 1, 0), n, 1, 4, 3).forEach(c -> out.add(c.flatIfLong(n)));
      convolutions(plain.in(Format.CHANNELS_LAST), 2, images, 1, Math.max(n, 1), 1)
          .forEach(c -> out.add(c.flatIfLong(n)));
      pools(pool(2, 1, 0).in(Format.CHANNELS_LAST), 1, 4, 3, n)
          .forEach(c -> out.add(c.flatIfLong(n)));
    }
    convolutions(strided, 33, 2, 31, 33, 31).forEach(c -> out.add(c.flat()));
    convolutions(plain, 1, 1, 1025, 3, 3).forEach(c -> out.add(c.flat()));
    pools(pool(3, 2, 1), 1, 33, 33, 31).forEach(c -> out.add(c.flat()));
    convolutions(strided.in(Format.CHANNELS_LAST), 33, 2, 33, 31, 31)
        .forEach(c -> out.add(c.flat()));
    pools(pool(3, 2, 1).in(Format.CHANNELS_LAST), 1, 33, 31, 33).forEach(c -> out.add(c.flat()));
    return out;
  }

  private static List<OpCase> convolutions(Convolution.Geometry g, long filters, long... image) {
    Shape x = Shape.of(image);
    long channels = x.extent(g.format().channels(4));
    Shape w = Shape.of(filters, channels / g.groups(), 3, 3);
    Shape y = new Convolution.Conv(g).infer(List.of(f64(x), f64(w))).getFirst().shape();
    OpCase.Operand xs = in(-1, 1, image);
    OpCase.Operand ws = in(-1, 1, w.toArray());
    OpCase.Operand ys = in(-1, 1, y.toArray());
    String of = " " + x + " " + g;
    return List.of(
        OpCase.of("conv" + of, new Convolution.Conv(g), xs, ws),
        OpCase.of("convInputGrad" + of, new Convolution.ConvInputGrad(x, g), ys, ws),
        OpCase.of("convWeightGrad" + of, new Convolution.ConvWeightGrad(w, g), xs, ys));
  }

  private static List<OpCase> pools(Pooling.Geometry g, long... image) {
    Shape x = Shape.of(image);
    Shape y = new Pooling.AvgPool(g).infer(List.of(f64(x))).getFirst().shape();
    OpCase.Operand xs = in(-1, 1, image);
    OpCase.Operand ys = in(-1, 1, y.toArray());
    String of = " " + x + " " + g;
    return List.of(
        OpCase.of("maxPool" + of, new Pooling.MaxPool(g), xs),
        OpCase.of("maxPoolGrad" + of, new Pooling.MaxPoolGrad(g), xs, ys),
        OpCase.of("maxPoolSelect" + of, new Pooling.MaxPoolSelect(g), xs, xs),
        OpCase.of("avgPool" + of, new Pooling.AvgPool(g), xs),
        OpCase.of("avgPoolGrad" + of, new Pooling.AvgPoolGrad(x, g), ys));
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

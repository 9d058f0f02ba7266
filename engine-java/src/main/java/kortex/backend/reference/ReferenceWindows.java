package kortex.backend.reference;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import kortex.op.Convolution;
import kortex.op.Format;
import kortex.op.Pooling;
import kortex.tensor.Shape;

/** Convolutions and pools by walking every window, for any number of spatial axes. */
final class ReferenceWindows {
  private ReferenceWindows() {}

  /** Calls {@code f} for each pair of input position and kernel position that meet at an output. */
  private interface Tap {
    void at(int input, int output, int kernel);
  }

  /**
   * Walks the spatial positions of one channel.
   *
   * @param in spatial extents of the input
   * @param out spatial extents of the output
   * @param kernel extents of the window
   */
  private record Window(
      long[] in,
      long[] out,
      long[] kernel,
      List<Integer> strides,
      List<Integer> pad,
      List<Integer> dilation) {

    void forEach(Tap tap) {
      forEachOutput(o -> forEachInput(o, tap));
    }

    void forEachOutput(IntConsumer visit) {
      for (int o = 0; o < size(out); o++) {
        visit.accept(o);
      }
    }

    /** The input positions under output {@code o}, in row-major order of the kernel. */
    void forEachInput(int o, Tap tap) {
      for (int k = 0; k < size(kernel); k++) {
        int input = 0;
        boolean inside = true;
        int restO = o;
        int restK = k;
        int stride = 1;
        for (int a = in.length - 1; a >= 0; a--) {
          long position =
              restO % out[a] * strides.get(a) - pad.get(a) + restK % kernel[a] * dilation.get(a);
          restO /= (int) out[a];
          restK /= (int) kernel[a];
          inside &= position >= 0 && position < in[a];
          input += (int) position * stride;
          stride *= (int) in[a];
        }
        if (inside) {
          tap.at(input, o, k);
        }
      }
    }
  }

  /** Where the elements of one channel of one image are. */
  private record Plane(int first, int step) {
    static Plane of(Format format, Shape images, int image, int channel) {
      int size = size(spatial(format, images));
      int channels = (int) images.extent(format.channels(images.rank()));
      return format == Format.CHANNELS_FIRST
          ? new Plane((image * channels + channel) * size, 1)
          : new Plane(image * channels * size + channel, channels);
    }

    int at(int i) {
      return first + i * step;
    }
  }

  private static long[] spatial(Format format, Shape images) {
    return images.drop(format.spatial()).take(images.rank() - 2).toArray();
  }

  private static int size(long[] extents) {
    int n = 1;
    for (long e : extents) {
      n *= (int) e;
    }
    return n;
  }

  static void convolution(Convolution op, List<Dense> in, Dense out) {
    switch (op) {
      case Convolution.Conv c -> {
        double[] y = new double[out.size()];
        double[] x = in.get(0).toDoubles();
        double[] w = in.get(1).toDoubles();
        walk(
            c.geometry(),
            in.get(0).shape(),
            in.get(1).shape(),
            out.shape(),
            (i, o, k) -> y[o] += x[i] * w[k]);
        out.setAll(y);
      }
      case Convolution.ConvInputGrad c -> {
        double[] dx = new double[out.size()];
        double[] dy = in.get(0).toDoubles();
        double[] w = in.get(1).toDoubles();
        walk(
            c.geometry(),
            c.input(),
            in.get(1).shape(),
            in.get(0).shape(),
            (i, o, k) -> dx[i] += dy[o] * w[k]);
        out.setAll(dx);
      }
      case Convolution.ConvWeightGrad c -> {
        double[] dw = new double[out.size()];
        double[] x = in.get(0).toDoubles();
        double[] dy = in.get(1).toDoubles();
        walk(
            c.geometry(),
            in.get(0).shape(),
            c.weight(),
            in.get(1).shape(),
            (i, o, k) -> dw[k] += x[i] * dy[o]);
        out.setAll(dw);
      }
    }
  }

  private static void walk(Convolution.Geometry g, Shape x, Shape w, Shape y, Tap tap) {
    Format format = g.format();
    Window window =
        new Window(
            spatial(format, x),
            spatial(format, y),
            w.drop(2).toArray(),
            g.strides(),
            g.padLow(),
            g.dilation());
    int filters = (int) w.extent(0);
    int perGroup = (int) w.extent(1);
    int filtersPerGroup = filters / g.groups();
    int kernelSize = size(window.kernel());
    for (int n = 0; n < x.extent(0); n++) {
      for (int f = 0; f < filters; f++) {
        Plane to = Plane.of(format, y, n, f);
        for (int c = 0; c < perGroup; c++) {
          Plane from = Plane.of(format, x, n, f / filtersPerGroup * perGroup + c);
          int kernelBase = (f * perGroup + c) * kernelSize;
          window.forEach((i, o, k) -> tap.at(from.at(i), to.at(o), kernelBase + k));
        }
      }
    }
  }

  static void pooling(Pooling op, List<Dense> in, Dense out) {
    switch (op) {
      case Pooling.MaxPool p -> {
        double[] x = in.getFirst().toDoubles();
        double[] y = new double[out.size()];
        winners(p.geometry(), in.getFirst().shape(), out.shape(), x, (i, o, k) -> y[o] = x[i]);
        out.setAll(y);
      }
      case Pooling.MaxPoolGrad p -> {
        double[] dy = in.get(1).toDoubles();
        double[] dx = new double[out.size()];
        Shape x = in.get(0).shape();
        winners(
            p.geometry(), x, in.get(1).shape(), in.get(0).toDoubles(), (i, o, k) -> dx[i] += dy[o]);
        out.setAll(dx);
      }
      case Pooling.MaxPoolSelect p -> {
        double[] v = in.get(1).toDoubles();
        double[] y = new double[out.size()];
        Shape x = in.get(0).shape();
        winners(p.geometry(), x, out.shape(), in.get(0).toDoubles(), (i, o, k) -> y[o] = v[i]);
        out.setAll(y);
      }
      case Pooling.AvgPool p -> {
        double[] x = in.getFirst().toDoubles();
        double[] y = new double[out.size()];
        means(p.geometry(), in.getFirst().shape(), out.shape(), (i, o, n) -> y[o] += x[i] / n);
        out.setAll(y);
      }
      case Pooling.AvgPoolGrad p -> {
        double[] dy = in.getFirst().toDoubles();
        double[] dx = new double[out.size()];
        means(p.geometry(), p.input(), in.getFirst().shape(), (i, o, n) -> dx[i] += dy[o] / n);
        out.setAll(dx);
      }
    }
  }

  private static Window window(Pooling.Geometry g, Shape x, Shape y) {
    long[] extents = g.window().stream().mapToLong(Integer::longValue).toArray();
    List<Integer> dense = g.window().stream().map(w -> 1).toList();
    return new Window(
        spatial(g.format(), x), spatial(g.format(), y), extents, g.strides(), g.padLow(), dense);
  }

  /** Calls {@code f} for each channel of each image: where it is in the input and the output. */
  private static void planes(Pooling.Geometry g, Shape xs, Shape ys, BiConsumer<Plane, Plane> f) {
    int channels = (int) xs.extent(g.format().channels(xs.rank()));
    for (int n = 0; n < xs.extent(0); n++) {
      for (int c = 0; c < channels; c++) {
        f.accept(Plane.of(g.format(), xs, n, c), Plane.of(g.format(), ys, n, c));
      }
    }
  }

  /** Visits, for each output, the first largest input of its window. */
  private static void winners(Pooling.Geometry g, Shape xs, Shape ys, double[] x, Tap tap) {
    Window window = window(g, xs, ys);
    planes(
        g,
        xs,
        ys,
        (from, to) ->
            window.forEachOutput(o -> {
              int[] best = {-1};
              window.forEachInput(
                  o,
                  (i, oo, k) -> {
                    int at = from.at(i);
                    if (best[0] < 0 || x[at] > x[best[0]] || Double.isNaN(x[at])) {
                      best[0] = at;
                    }
                  });
              tap.at(best[0], to.at(o), 0);
            }));
  }

  /** Visits each input of each window, with the number of inputs in the window. */
  private static void means(Pooling.Geometry g, Shape xs, Shape ys, Tap tap) {
    Window window = window(g, xs, ys);
    planes(
        g,
        xs,
        ys,
        (from, to) ->
            window.forEachOutput(o -> {
              int[] count = {0};
              window.forEachInput(o, (i, oo, k) -> count[0]++);
              window.forEachInput(o, (i, oo, k) -> tap.at(from.at(i), to.at(o), count[0]));
            }));
  }
}

package kortex.backend.cpu;

import java.util.List;
import kortex.backend.cpu.onednn.ConvolutionShape;
import kortex.backend.cpu.onednn.PoolingShape;
import kortex.backend.cpu.onednn.WindowShape;
import kortex.op.Convolution;
import kortex.op.Format;
import kortex.op.Pooling;
import kortex.tensor.Shape;

/** Convolutions and pools as oneDNN describes them. */
final class Windows {
  private Windows() {}

  /** A convolution of images {@code x} with a weight. */
  static ConvolutionShape of(Convolution.Geometry g, Shape x, Shape w) {
    WindowShape window =
        WindowShape.of(
            spatial(g.format(), x),
            w.drop(2).toArray(),
            longs(g.strides()),
            longs(g.dilation()),
            longs(g.padLow()),
            longs(g.padHigh()));
    long channels = x.extent(g.format().channels(x.rank()));
    return new ConvolutionShape(
        x.extent(0), channels, w.extent(0), g.groups(), window, isLast(g.format()));
  }

  private static boolean isLast(Format format) {
    return format == Format.CHANNELS_LAST;
  }

  private static long[] spatial(Format format, Shape images) {
    return images.drop(format.spatial()).take(images.rank() - 2).toArray();
  }

  private static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }

  /** A pool of images {@code x}. */
  static PoolingShape of(PoolingShape.Kind kind, Pooling op, Shape x) {
    Pooling.Geometry g = op.geometry();
    long[] dense = g.window().stream().mapToLong(w -> 1).toArray();
    WindowShape window =
        WindowShape.of(
            spatial(g.format(), x),
            longs(g.window()),
            longs(g.strides()),
            dense,
            longs(g.padLow()),
            longs(g.padHigh()));
    long channels = x.extent(g.format().channels(x.rank()));
    return new PoolingShape(kind, x.extent(0), channels, window, isLast(g.format()));
  }
}

package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Writes convolutions of images with channels first in vectors of neighbouring pixels: where there
 * are too few channels to fill a vector. A tile of the result, a row of pixels by some output
 * channels, is accumulated in registers: the weight of each channel times the input, for each
 * element of the kernel. A piece of work is an image.
 */
final class PlaneEmitter extends VectorEmitter {
  private final Filter filter;
  private final boolean turned;
  private final EndingEmitter ending;
  private final int vectors;

  /** Output channels of a tile. */
  private final int channels;

  private PlaneEmitter(Planes planes, int vectorBits, Set<String> declarations) {
    super(vectorBits / Float.SIZE, declarations);
    this.filter = planes.filter();
    this.turned = planes.result() == Planes.Result.INPUT_GRADIENT;
    this.ending = new EndingEmitter(this, filter.epilogue(), true);
    this.vectors = Math.ceilDiv(filter.outWidth(), lanes);
    int registers = vectorBits == 256 ? 10 : 20;
    int most = Math.max(1, registers / vectors);
    this.channels = Math.ceilDiv(filter.out(), Math.ceilDiv(filter.out(), most));
  }

  /** A function of the images, weights, what the epilogue reads, and the result. */
  static String emit(Planes planes, int vectorBits, String name, Set<String> declarations) {
    PlaneEmitter emitter = new PlaneEmitter(planes, vectorBits, declarations);
    List<String> buffers = new ArrayList<>(List.of("%x", "%w"));
    buffers.addAll(EndingEmitter.operands(planes.filter().epilogue()));
    buffers.add("%y");
    emitter.function(
        name, buffers, () -> emitter.loop("%begin", "%end", image -> emitter.image(image)));
    return emitter.text();
  }

  private void image(String image) {
    long plane = (long) filter.height() * filter.width();
    String x = at("%x", times(image, filter.in() * plane));
    blocks(
        filter.out(),
        channels,
        (channel, count) ->
            loop(
                "0",
                Integer.toString(filter.outHeight()),
                oy -> row(x, image, oy, channel, count)));
  }

  private void row(String x, String image, String oy, String channel, int count) {
    String top = plus(oy, -filter.top());
    String from = most("0", define("sub i64 0, " + top));
    String to =
        least(
            Integer.toString(filter.kernelHeight()),
            define("sub i64 " + filter.height() + ", " + top));
    String input = at(x, times(top, filter.width()));
    String weights = at("%w", times(channel, (long) (turned ? 1 : filter.in()) * filter.taps()));
    List<String> zeros = Collections.nCopies(count * vectors, "zeroinitializer");
    List<String> sums =
        carry(
            "0",
            Integer.toString(filter.in()),
            zeros,
            (c, before) -> {
              String plane = at(input, times(c, (long) filter.height() * filter.width()));
              String of = at(weights, times(c, (long) (turned ? filter.out() : 1) * filter.taps()));
              return carryIfAny(from, to, before, (ky, s) -> kernelRow(plane, of, ky, count, s));
            });
    for (int o = 0; o < count; o++) {
      String number = plus(channel, o);
      String plane = plus(times(image, filter.out()), number);
      String start = times(plus(times(plane, filter.outHeight()), oy), filter.outWidth());
      for (int v = 0; v < vectors; v++) {
        int width = filter.outWidth() - v * lanes;
        String offset = plus(start, (long) v * lanes);
        String result = ending.apply(sums.get(o * vectors + v), number, offset, width);
        store(result, at("%y", offset), width);
      }
    }
  }

  private List<String> kernelRow(
      String plane, String weights, String ky, int count, List<String> before) {
    String row = at(plane, times(ky, filter.width()));
    String kernelRow = turned ? define("sub i64 " + (filter.kernelHeight() - 1) + ", " + ky) : ky;
    String of = at(weights, times(kernelRow, filter.kernelWidth()));
    long stride = (long) (turned ? 1 : filter.in()) * filter.taps();
    List<String> sums = new ArrayList<>(before);
    for (int kx = 0; kx < filter.kernelWidth(); kx++) {
      List<String> pixels = new ArrayList<>();
      for (int v = 0; v < vectors; v++) {
        pixels.add(pixels(row, v, kx));
      }
      int column = turned ? filter.kernelWidth() - 1 - kx : kx;
      for (int o = 0; o < count; o++) {
        String weight = splat(at(of, o * stride + column));
        for (int v = 0; v < vectors; v++) {
          int at = o * vectors + v;
          sums.set(at, fma(weight, pixels.get(v), sums.get(at)));
        }
      }
    }
    return sums;
  }

  /** The pixels of a row that column {@code kx} of the kernel meets; 0 where there are none. */
  private String pixels(String row, int v, int kx) {
    int first = v * lanes - filter.left() + kx;
    return loadWhere(
        at(row, first),
        i -> v * lanes + i < filter.outWidth() && first + i >= 0 && first + i < filter.width());
  }
}

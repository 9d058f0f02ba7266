package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Writes the gradient of the weights of a convolution of images with channels first, in vectors of
 * neighbouring pixels. A tile of it, the columns of the kernel by some output channels, is kept in
 * registers while the rows of some images that meet a row of the kernel are visited. A piece of
 * work is a fixed share of the images; a second function adds the shares.
 */
final class PlaneGradientEmitter extends VectorEmitter {
  private final Planes planes;
  private final Filter filter;
  private final int vectors;
  private final int channels;

  private PlaneGradientEmitter(Planes planes, int vectorBits, Set<String> declarations) {
    super(vectorBits / Float.SIZE, declarations);
    this.planes = planes;
    this.filter = planes.filter();
    this.vectors = Math.ceilDiv(filter.outWidth(), lanes);
    this.channels = channels(filter, vectorBits);
  }

  private static int channels(Filter filter, int vectorBits) {
    int registers = vectorBits == 256 ? 10 : 20;
    int most = Math.max(1, registers / filter.kernelWidth());
    return Math.ceilDiv(filter.out(), Math.ceilDiv(filter.out(), most));
  }

  /** Numbers that a tile leaves in scratch memory. */
  private static int tileSize(Filter filter, int vectorBits) {
    int lanes = vectorBits / Float.SIZE;
    return Math.ceilDiv(channels(filter, vectorBits) * filter.kernelWidth(), lanes) * lanes;
  }

  /** Numbers that a share leaves in scratch memory. */
  static int shareSize(Filter filter, int vectorBits) {
    int blocks = Math.ceilDiv(filter.out(), channels(filter, vectorBits));
    return tileSize(filter, vectorBits) * blocks * filter.in() * filter.kernelHeight();
  }

  /**
   * Two functions: {@code name} of images, gradient and scratch memory, and {@code name.add} of the
   * gradient of the weights and scratch memory, with one piece.
   */
  static String emit(Planes planes, int vectorBits, String name, Set<String> declarations) {
    PlaneGradientEmitter emitter = new PlaneGradientEmitter(planes, vectorBits, declarations);
    emitter.function(
        name,
        List.of("%x", "%dy", "%scratch"),
        () -> emitter.loop("%begin", "%end", share -> emitter.share(share)));
    emitter.function(name + ".add", List.of("%dw", "%scratch"), emitter::add);
    return emitter.text();
  }

  private int bits() {
    return lanes * Float.SIZE;
  }

  private void share(String share) {
    int images = filter.images();
    String first = define("sdiv i64 " + times(share, images) + ", " + planes.shares());
    String next = times(plus(share, 1), images);
    String end = define("sdiv i64 " + next + ", " + planes.shares());
    String to = at("%scratch", times(share, shareSize(filter, bits())));
    loop(
        "0",
        Integer.toString(filter.in()),
        c ->
            loop(
                "0",
                Integer.toString(filter.kernelHeight()),
                ky ->
                    blocks(
                        filter.out(),
                        channels,
                        (channel, count) ->
                            tile(first, end, c, ky, channel, count, place(to, c, ky, channel)))));
  }

  /** Where a tile is in a share: by input channel, row of the kernel, block of channels. */
  private String place(String share, String c, String ky, String channel) {
    int blocks = Math.ceilDiv(filter.out(), channels);
    String block = channel.equals("0") ? "0" : define("sdiv i64 " + channel + ", " + channels);
    String row = plus(times(c, filter.kernelHeight()), ky);
    return at(share, times(plus(times(row, blocks), block), tileSize(filter, bits())));
  }

  private void tile(
      String first, String end, String c, String ky, String channel, int count, String to) {
    String shift = plus(ky, -filter.top());
    String from = most("0", define("sub i64 0, " + shift));
    String until =
        least(
            Integer.toString(filter.outHeight()),
            define("sub i64 " + filter.height() + ", " + shift));
    int kernel = filter.kernelWidth();
    List<String> zeros = Collections.nCopies(count * kernel, "zeroinitializer");
    List<String> sums =
        carry(
            first,
            end,
            zeros,
            (image, before) -> {
              String plane = plus(times(image, filter.in()), c);
              String row = plus(times(plane, filter.height()), shift);
              String x = at("%x", times(row, filter.width()));
              String of = plus(times(image, filter.out()), channel);
              long planeOfDy = (long) filter.outHeight() * filter.outWidth();
              String dy = at("%dy", times(of, planeOfDy));
              return carryIfAny(
                  from, until, before, (oy, carried) -> row(x, dy, oy, count, carried));
            });
    List<String> lines = new ArrayList<>(sums);
    while (lines.size() % lanes > 0) {
      lines.add("zeroinitializer");
    }
    for (int i = 0; i < lines.size(); i += lanes) {
      store(total(lines.subList(i, i + lanes)), at(to, i), lanes);
    }
  }

  private List<String> row(String x, String dy, String oy, int count, List<String> before) {
    String pixels = at(x, times(oy, filter.width()));
    String gradients = at(dy, times(oy, filter.outWidth()));
    long planeOfDy = (long) filter.outHeight() * filter.outWidth();
    List<String> sums = new ArrayList<>(before);
    for (int v = 0; v < vectors; v++) {
      int start = v * lanes;
      List<String> gradient = new ArrayList<>();
      for (int o = 0; o < count; o++) {
        gradient.add(load(at(gradients, o * planeOfDy + start), filter.outWidth() - start));
      }
      for (int kx = 0; kx < filter.kernelWidth(); kx++) {
        int first = start - filter.left() + kx;
        String value =
            loadWhere(
                at(pixels, first),
                i -> start + i < filter.outWidth() && first + i >= 0 && first + i < filter.width());
        for (int o = 0; o < count; o++) {
          int at = o * filter.kernelWidth() + kx;
          sums.set(at, fma(value, gradient.get(o), sums.get(at)));
        }
      }
    }
    return sums;
  }

  /** Adds the shares, and puts the weights in their order. */
  private void add() {
    int kernel = filter.kernelWidth();
    loop(
        "0",
        Integer.toString(filter.in()),
        c ->
            loop(
                "0",
                Integer.toString(filter.kernelHeight()),
                ky ->
                    loop(
                        "0",
                        Integer.toString(filter.out()),
                        o -> {
                          String inBlock = define("srem i64 " + o + ", " + channels);
                          String block = define("sub i64 " + o + ", " + inBlock);
                          String from = at(place("%scratch", c, ky, block), times(inBlock, kernel));
                          String row = plus(times(o, filter.in()), c);
                          String rowOfKernel = plus(times(row, filter.kernelHeight()), ky);
                          addRow(from, at("%dw", times(rowOfKernel, kernel)));
                        })));
  }

  private void addRow(String from, String to) {
    for (int kx = 0; kx < filter.kernelWidth(); kx += lanes) {
      int width = filter.kernelWidth() - kx;
      String sum = load(at(from, kx), width);
      for (int share = 1; share < planes.shares(); share++) {
        long other = (long) share * shareSize(filter, bits()) + kx;
        sum = add(sum, load(at(from, other), width));
      }
      store(sum, at(to, kx), width);
    }
  }
}

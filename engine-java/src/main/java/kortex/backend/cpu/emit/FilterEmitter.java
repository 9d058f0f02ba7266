package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Writes convolutions in vectors of output channels. A tile of the result, some neighbouring pixels
 * by some vectors of channels, is accumulated in registers: the weights of an input channel times
 * the input of each pixel, for each input channel, for each element of the kernel. A piece of work
 * is a row of pixels by a block of channels; neighbouring pieces share their channels, whose
 * weights are rearranged to lie side by side. Where they are more than the first-level cache holds
 * beside the images, the sums run in rounds over a part of them, and wait in the result.
 *
 * <p>Where the kernel reaches over the edge of the image, the elements that are not there are left
 * out when the code is written (left and right) or when it runs (above and below).
 */
final class FilterEmitter extends VectorEmitter {
  private final Filter filter;
  private final Filter.Cut cut;
  private final EndingEmitter ending;

  private FilterEmitter(Filter filter, int vectorBits, Set<String> declarations) {
    super(vectorBits / Float.SIZE, declarations);
    this.filter = filter;
    this.cut = Filter.Cut.of(filter, vectorBits);
    this.ending = new EndingEmitter(this, filter.epilogue());
  }

  /**
   * Two functions: {@code name} of the input, what the epilogue reads, the result and rearranged
   * weights, and {@code name.pack} of weights and rearranged weights, with a piece for each element
   * of the kernel.
   */
  static String emit(Filter filter, int vectorBits, String name, Set<String> declarations) {
    FilterEmitter emitter = new FilterEmitter(filter, vectorBits, declarations);
    emitter.function(name + ".pack", List.of("%given", "%packed"), emitter::pack);
    List<String> buffers = new ArrayList<>(List.of("%x"));
    buffers.addAll(EndingEmitter.operands(filter.epilogue()));
    buffers.addAll(List.of("%y", "%w"));
    emitter.function(name, buffers, emitter::pieces);
    return emitter.text();
  }

  /**
   * Weights as {@code [block of out, kernel, in, out]}; what fills up the last block is not set.
   */
  private void pack() {
    int taps = filter.taps();
    int in = filter.in();
    loop(
        "%begin",
        "%end",
        tap -> {
          String source = at("%given", tap);
          blocks(
              filter.out(),
              cut.width(),
              (channel, width) -> {
                String block = plus(times(channel, (long) taps * in), times(tap, in * cut.width()));
                String target = at("%packed", block);
                loop(
                    "0",
                    Integer.toString(in),
                    i ->
                        loop(
                            "0",
                            Integer.toString(width),
                            o -> packElement(source, i, plus(channel, o), target, o)));
              });
        });
  }

  private void packElement(String source, String i, String out, String target, String o) {
    String a = times(out, (long) filter.in() * filter.taps());
    String b = times(i, filter.taps());
    String value = define("load float, ptr " + at(source, plus(a, b)) + ", align 4");
    String to = at(target, plus(times(i, cut.width()), o));
    line("store float " + value + ", ptr " + to + ", align 4");
  }

  private void pieces() {
    int rows = filter.rows();
    if (cut.blocks() == 1) {
      block("0", filter.out(), "%begin", "%end");
      return;
    }
    String first = define("sdiv i64 %begin, " + rows);
    String last = define("sdiv i64 " + plus("%end", rows - 1) + ", " + rows);
    loop(
        first,
        last,
        number -> {
          String before = times(number, rows);
          String from = most("0", define("sub i64 %begin, " + before));
          String to = least(Integer.toString(rows), define("sub i64 %end, " + before));
          cut(
              number,
              filter.out(),
              cut.width(),
              (channel, width) -> block(channel, width, from, to));
        });
  }

  /** Some rows of a block of channels. */
  private void block(String channel, int width, String from, String to) {
    Block block = new Block(channel, width, at("%w", times(channel, filter.taps() * filter.in())));
    if (cut.rounds() == 1) {
      loop(from, to, number -> wholeRow(block, row(number)));
      return;
    }
    loop(from, to, number -> begin(block, row(number)));
    loop(
        "0",
        Integer.toString(filter.kernelHeight()),
        ky ->
            blocks(
                filter.in(),
                cut.depth(),
                (c, depth) -> loop(from, to, n -> partOfRow(block, row(n), ky, c, depth))));
    loop(from, to, number -> end(block, row(number)));
  }

  /**
   * Output channels from {@code channel} on.
   *
   * @param weights theirs
   */
  private record Block(String channel, int width, String weights) {}

  /**
   * A row of the result.
   *
   * @param top the row of the input that row 0 of the kernel meets; it may be above the image
   * @param input where row {@code top} of the input is, or would be
   * @param output where the row is in the result
   */
  private record Row(String top, String input, String output) {}

  private Row row(String number) {
    String image = define("sdiv i64 " + number + ", " + filter.outHeight());
    String oy = define("srem i64 " + number + ", " + filter.outHeight());
    String top = plus(times(oy, filter.stride()), -filter.top());
    long rowOfX = (long) filter.width() * filter.in();
    String input = at("%x", times(plus(times(image, filter.height()), top), rowOfX));
    return new Row(top, input, times(number, (long) filter.outWidth() * filter.out()));
  }

  /** A row, all elements of the kernel at once. */
  private void wholeRow(Block block, Row row) {
    String from = most("0", define("sub i64 0, " + row.top()));
    String to =
        least(
            Integer.toString(filter.kernelHeight()),
            define("sub i64 " + filter.height() + ", " + row.top()));
    int wide = Math.ceilDiv(block.width(), lanes);
    eachTile((run, ox) -> {
      List<String> zeros = Collections.nCopies(run.pixels() * wide, "zeroinitializer");
      String input = pixelsOf(row, ox);
      List<String> sums =
          carryIfAny(
              from,
              to,
              zeros,
              (ky, before) -> kernelRow(run, input, ky, block, "0", filter.in(), before));
      String output = plus(row.output(), plus(times(ox, filter.out()), block.channel()));
      for (int i = 0; i < run.pixels(); i++) {
        for (int v = 0; v < wide; v++) {
          finish(sums.get(i * wide + v), output, block, i, v);
        }
      }
    });
  }

  private void finish(String sum, String output, Block block, int pixel, int v) {
    int width = block.width() - v * lanes;
    String offset = plus(output, (long) pixel * filter.out() + (long) v * lanes);
    String channel = plus(block.channel(), (long) v * lanes);
    store(ending.apply(sum, channel, offset, width), at("%y", offset), width);
  }

  private void begin(Block block, Row row) {
    eachVector(
        block,
        row,
        (offset, v) -> store("zeroinitializer", at("%y", offset), block.width() - v * lanes));
  }

  private void end(Block block, Row row) {
    if (filter.epilogue().isNone()) {
      return;
    }
    eachVector(
        block,
        row,
        (offset, v) -> {
          int width = block.width() - v * lanes;
          String channel = plus(block.channel(), (long) v * lanes);
          String at = at("%y", offset);
          store(ending.apply(load(at, width), channel, offset, width), at, width);
        });
  }

  private void eachVector(Block block, Row row, Part part) {
    loop(
        "0",
        Integer.toString(filter.outWidth()),
        ox -> {
          String at = plus(row.output(), plus(times(ox, filter.out()), block.channel()));
          for (int v = 0; v * lanes < block.width(); v++) {
            part.emit(plus(at, (long) v * lanes), v);
          }
        });
  }

  /** Adds to a row what row {@code ky} of the kernel gives for some input channels. */
  private void partOfRow(Block block, Row row, String ky, String c, int depth) {
    int wide = Math.ceilDiv(block.width(), lanes);
    String y = plus(row.top(), ky);
    String meets = define("icmp ult i64 " + y + ", " + filter.height());
    carryIfAny(
        "0",
        define("zext i1 " + meets + " to i64"),
        List.of(),
        (once, none) -> {
          eachTile((run, ox) -> {
            String output =
                at("%y", plus(row.output(), plus(times(ox, filter.out()), block.channel())));
            List<String> before = new ArrayList<>();
            for (int i = 0; i < run.pixels() * wide; i++) {
              String at = place(output, i, wide);
              before.add(load(at, block.width() - i % wide * lanes));
            }
            List<String> sums = kernelRow(run, pixelsOf(row, ox), ky, block, c, depth, before);
            for (int i = 0; i < run.pixels() * wide; i++) {
              store(sums.get(i), place(output, i, wide), block.width() - i % wide * lanes);
            }
          });
          return none;
        });
  }

  private String place(String output, int i, int wide) {
    return at(output, (long) (i / wide) * filter.out() + (long) (i % wide) * lanes);
  }

  /** Where the input is that column 0 of the kernel meets for the pixels from {@code ox} on. */
  private String pixelsOf(Row row, String ox) {
    int in = filter.in();
    return at(
        row.input(), plus(times(ox, (long) filter.stride() * in), (long) -filter.left() * in));
  }

  /** Blocks of pixels of which the same elements of the kernel are inside the image. */
  private record Run(int block, int count, int pixels, List<List<Boolean>> inside) {
    /** Whether pixel {@code i} meets the image with column {@code kx} of the kernel. */
    boolean meets(int kx, int i) {
      return inside.get(kx).get(i);
    }
  }

  private List<Run> runs() {
    List<Run> out = new ArrayList<>();
    for (int block = 0; block * cut.pixels() < filter.outWidth(); block++) {
      int count = Math.min(cut.pixels(), filter.outWidth() - block * cut.pixels());
      Run run = new Run(block, 1, count, inside(block * cut.pixels(), count));
      Run last = out.isEmpty() ? run : out.getLast();
      if (!out.isEmpty() && last.inside().equals(run.inside())) {
        out.set(out.size() - 1, new Run(last.block(), last.count() + 1, count, last.inside()));
      } else {
        out.add(run);
      }
    }
    return out;
  }

  private List<List<Boolean>> inside(int first, int count) {
    List<List<Boolean>> out = new ArrayList<>();
    for (int kx = 0; kx < filter.kernelWidth(); kx++) {
      List<Boolean> row = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int x = (first + i) * filter.stride() - filter.left() + kx;
        row.add(x >= 0 && x < filter.width());
      }
      out.add(row);
    }
    return out;
  }

  private interface Tile {
    /** The pixels from {@code ox} on. */
    void emit(Run run, String ox);
  }

  private void eachTile(Tile tile) {
    for (Run run : runs()) {
      if (run.count() == 1) {
        tile.emit(run, Integer.toString(run.block() * cut.pixels()));
      } else {
        String end = Integer.toString(run.block() + run.count());
        loop(
            Integer.toString(run.block()),
            end,
            block -> tile.emit(run, times(block, cut.pixels())));
      }
    }
  }

  /** Adds what row {@code ky} of the kernel gives, for {@code depth} input channels from c on. */
  private List<String> kernelRow(
      Run run, String input, String ky, Block block, String c, int depth, List<String> before) {
    int in = filter.in();
    String row = at(at(input, times(ky, (long) filter.width() * in)), c);
    String weights =
        at(
            block.weights(),
            times(plus(times(ky, (long) filter.kernelWidth() * in), c), cut.width()));
    List<String> current = before;
    for (int kx = 0; kx < filter.kernelWidth(); kx++) {
      if (run.inside().get(kx).contains(true)) {
        String pixels = at(row, (long) kx * in);
        String of = at(weights, (long) kx * in * cut.width());
        current = column(run, kx, pixels, of, depth, block.width(), current);
      }
    }
    return current;
  }

  private List<String> column(
      Run run, int kx, String pixels, String weights, int depth, int width, List<String> sums) {
    int wide = Math.ceilDiv(width, lanes);
    return carry(
        "0",
        Integer.toString(depth),
        sums,
        (c, before) -> {
          List<String> w = new ArrayList<>();
          String of = at(weights, times(c, cut.width()));
          for (int v = 0; v < wide; v++) {
            w.add(load(at(of, (long) v * lanes), lanes));
          }
          String x = at(pixels, c);
          List<String> after = new ArrayList<>(before);
          for (int i = 0; i < run.pixels(); i++) {
            if (run.meets(kx, i)) {
              String value = splat(at(x, (long) i * filter.stride() * filter.in()));
              for (int v = 0; v < wide; v++) {
                after.set(i * wide + v, fma(value, w.get(v), before.get(i * wide + v)));
              }
            }
          }
          return after;
        });
  }
}

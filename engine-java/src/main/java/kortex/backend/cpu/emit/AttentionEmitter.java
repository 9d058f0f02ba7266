package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Writes passes of attention. Scores of a block of keys and a block of queries have the queries in
 * the lanes of vectors: so queries are transposed once for each block of them, keys and values are
 * read as they are, an element at a time, and sums over keys never cross the lanes. Scores are
 * multiples of log 2, so that exponentials are powers of two.
 *
 * <p>Workers take every so many tasks, each in scratch memory of its own.
 */
abstract class AttentionEmitter extends BlockEmitter {
  static final int BLOCK = AttentionPass.BLOCK;
  static final double LOG2_E = 1 / Math.log(2);

  final AttentionPass pass;
  private String next = "";

  AttentionEmitter(AttentionPass pass, int vectorBits, Set<String> declarations) {
    super(vectorBits / Float.SIZE, declarations);
    this.pass = pass;
  }

  /**
   * A pass as a function {@code void name(ptr buffers, i64 begin, i64 end)} of the buffers of the
   * op, scratch memory, and where there are parts the memory of their sums; the range is of
   * workers. Where there are parts, {@code name.sum} adds them up, over a range of pieces.
   */
  static String emit(
      AttentionPass pass, int bits, String name, Set<String> declarations, Set<String> math) {
    if (pass.backward()) {
      return AttendGradEmitter.emit(pass, bits, name, declarations);
    }
    math.add("kx.log");
    return AttendEmitter.emit(pass, bits, name, declarations);
  }

  /** The buffers of a function, with the bias where there is one. */
  final List<String> buffers(String... names) {
    List<String> out = new ArrayList<>(List.of("%q", "%k", "%v"));
    if (pass.bias().isPresent()) {
      out.add("%bias");
    }
    out.addAll(List.of(names));
    return out;
  }

  interface Task {
    void emit(String task);
  }

  /** All tasks of workers {@code %begin} to {@code %end}. */
  final void tasks(Task body) {
    loop(
        "%begin",
        "%end",
        worker -> {
          String workers = define("load i64, ptr %scratch");
          String count = share(Integer.toString(pass.tasks()), worker, workers);
          String offset = times(worker, pass.workerFloats());
          next = at(at("%scratch", AttentionPass.HEADER), offset);
          each(
              "0",
              count,
              round -> {
                String skipped = define("mul nsw i64 " + round + ", " + workers);
                body.emit(plus(skipped, worker));
              });
        });
  }

  /** How many of {@code total} things are {@code first}, or by a multiple of {@code step} later. */
  final String share(String total, String first, String step) {
    String left = define("sub nsw i64 " + total + ", " + first);
    String rounded = plus(left, define("sub nsw i64 " + step + ", 1"));
    return define("sdiv i64 " + rounded + ", " + step);
  }

  /** The next {@code floats} floats of the worker's memory. */
  final String take(int floats) {
    String out = next;
    next = at(next, floats);
    return out;
  }

  final String quotient(String a, long b) {
    return b == 1 ? a : define("sdiv i64 " + a + ", " + b);
  }

  final String remainder(String a, long b) {
    return b == 1 ? "0" : define("srem i64 " + a + ", " + b);
  }

  /** A matrix of a head: {@code rows} by {@code columns} elements for each. */
  final String of(String buffer, String head, long rows, long columns) {
    return at(buffer, times(head, rows * columns));
  }

  /** Where a head has its bias. */
  final String biasOf(String head) {
    if (pass.bias().isEmpty()) {
      return "";
    }
    AttentionPass.Bias bias = pass.bias().get();
    String out = "%bias";
    String rest = head;
    for (int axis = bias.extents().size() - 1; axis >= 0; axis--) {
      String index = remainder(rest, bias.extents().get(axis));
      rest = quotient(rest, bias.extents().get(axis));
      if (bias.strides().get(axis) > 0) {
        out = at(out, times(index, bias.strides().get(axis)));
      }
    }
    return out;
  }

  interface Keys {
    void emit(String first, int count);
  }

  /** The blocks of keys that some query of a block sees. */
  final void keyBlocks(String block, Keys body) {
    int full = pass.n() / BLOCK;
    int rest = pass.n() % BLOCK;
    String end = Integer.toString(full);
    if (full > 0) {
      String last = pass.causal() ? least(plus(block, 1), end) : end;
      each("0", last, j -> body.emit(times(j, BLOCK), BLOCK));
    }
    if (rest > 0) {
      String first = Integer.toString(full * BLOCK);
      if (pass.causal()) {
        String sees = define("icmp sge i64 " + block + ", " + full);
        when(sees, () -> body.emit(first, rest));
      } else {
        body.emit(first, rest);
      }
    }
  }

  /**
   * What lies in the scratch memory of a task.
   *
   * @param queries the block of queries, transposed and scaled
   * @param scores of a block of keys: a row for each key
   * @param transposed a block of bias, if queries have different ones
   */
  record Scratch(String queries, String scores, String transposed) {}

  final Scratch scratch() {
    boolean rows = pass.bias().isPresent() && pass.bias().get().rows();
    return new Scratch(
        take(BLOCK * pass.d()), take(BLOCK * BLOCK), rows ? take(BLOCK * BLOCK) : "");
  }

  /** Transposes a block of rows of {@code width} elements, times a number. */
  final void transposeBlock(String block, String rows, int width, String to, double factor) {
    cut(
        block,
        pass.m(),
        BLOCK,
        (from, size) ->
            transpose(
                Matrix.rows(at(rows, times(from, width)), width),
                Matrix.rows(to, BLOCK),
                size,
                width,
                true,
                (x, at) -> mul(x, constant(factor))));
  }

  /**
   * The scores of a block.
   *
   * @param block the number of the block of queries
   * @param keys where the first key is
   * @param first the number of the first key
   */
  final void scores(Scratch s, String block, String keys, String bias, String first, int count) {
    product(
        Matrix.rows(keys, pass.d()),
        Matrix.rows(s.queries(), BLOCK),
        Matrix.rows(s.scores(), BLOCK),
        count,
        BLOCK,
        Integer.toString(pass.d()),
        Into.NEW);
    pass.bias().ifPresent(b -> addBias(s, b, block, bias, first, count));
    if (pass.causal()) {
      String diagonal = times(block, BLOCK);
      when(define("icmp eq i64 " + diagonal + ", " + first), () -> hideLater(s, count));
    }
  }

  private void addBias(
      Scratch s, AttentionPass.Bias bias, String block, String at, String first, int count) {
    String corner = at(at, first);
    if (bias.rows()) {
      cut(
          block,
          pass.m(),
          BLOCK,
          (from, size) ->
              transpose(
                  Matrix.rows(at(corner, times(from, pass.n())), pass.n()),
                  Matrix.rows(s.transposed(), BLOCK),
                  size,
                  count,
                  true,
                  (x, column) -> x));
    }
    rows(
        count,
        row -> {
          String each = bias.rows() ? "" : splat(at(corner, row));
          for (int v = 0; v < BLOCK; v += lanes) {
            String place = plus(times(row, BLOCK), v);
            String score = at(s.scores(), place);
            String added = bias.rows() ? load(at(s.transposed(), place), lanes) : each;
            store(fma(added, constant(LOG2_E), load(score, lanes)), score, lanes);
          }
        });
  }

  /** On the diagonal a query sees the keys up to its own lane. */
  private void hideLater(Scratch s, int count) {
    String integers = "<" + lanes + " x i32>";
    rows(
        count,
        row -> {
          String key = define("trunc i64 " + row + " to i32");
          String one = define("insertelement " + integers + " poison, i32 " + key + ", i64 0");
          String keys =
              define(
                  "shufflevector "
                      + integers
                      + " "
                      + one
                      + ", "
                      + integers
                      + " poison, "
                      + integers
                      + " zeroinitializer");
          for (int v = 0; v < BLOCK; v += lanes) {
            String score = at(s.scores(), plus(times(row, BLOCK), v));
            String seen = define("icmp sle " + integers + " " + keys + ", " + positions(v));
            String hidden = constant(Double.NEGATIVE_INFINITY);
            store(choose(seen, load(score, lanes), hidden), score, lanes);
          }
        });
  }

  private String positions(int first) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      out.add("i32 " + (first + i));
    }
    return "<" + String.join(", ", out) + ">";
  }

  final void rows(int count, Counted body) {
    loop("0", Integer.toString(count), body);
  }
}

package kortex.backend.cpu.emit;

import java.util.List;
import java.util.Set;

/**
 * The backward pass: weights are computed again from the logarithms of their sums. A task adds to
 * the gradients of all keys and values of its heads, in memory, block of queries by block.
 */
final class AttendGradEmitter extends AttentionEmitter {
  private AttendGradEmitter(AttentionPass pass, int vectorBits, Set<String> declarations) {
    super(pass, vectorBits, declarations);
  }

  static String emit(AttentionPass pass, int vectorBits, String name, Set<String> declarations) {
    AttendGradEmitter emitter = new AttendGradEmitter(pass, vectorBits, declarations);
    List<String> buffers =
        emitter.buffers("%logs", "%g", "%delta", "%dq", "%dk", "%dv", "%scratch", "%parts");
    emitter.function(name, buffers, () -> emitter.tasks(emitter::task));
    if (pass.inParts()) {
      emitter.function(
          name + AttentionPass.SUM,
          List.of("%dk", "%dv", "%parts"),
          () -> emitter.loop("%begin", "%end", emitter::sum));
    }
    return emitter.text();
  }

  /** Where the gradients of the keys and values of a task are summed up. */
  private record Sums(String keys, String values) {}

  private Sums sums(String head, String task) {
    if (!pass.inParts()) {
      return new Sums(of("%dk", head, pass.n(), pass.d()), of("%dv", head, pass.n(), pass.e()));
    }
    String part = of("%parts", task, pass.n(), pass.d() + pass.e());
    return new Sums(part, at(part, (long) pass.n() * pass.d()));
  }

  private void task(String task) {
    int parts = pass.parts();
    String head = quotient(task, parts);
    String part = remainder(task, parts);
    Sums sums = sums(head, task);
    fill(sums.keys(), pass.n() * pass.d(), 0);
    fill(sums.values(), pass.n() * pass.e(), 0);
    int blocks = pass.queryBlocks();
    String count = share(Integer.toString(blocks * pass.group()), part, Integer.toString(parts));
    Scratch s = scratch();
    Block block =
        new Block(
            s,
            take(BLOCK * pass.e()),
            take(BLOCK * BLOCK),
            take(BLOCK * pass.d()),
            take(BLOCK),
            take(BLOCK));
    each(
        "0",
        count,
        round -> {
          String which = plus(times(round, parts), part);
          String query = plus(times(head, pass.group()), quotient(which, blocks));
          queries(block, head, query, remainder(which, blocks), sums);
        });
  }

  /**
   * The memory of a block of queries.
   *
   * @param g the gradients of the mixed values, transposed and scaled
   * @param slopes the gradients of the scores, a row for each key
   * @param dq the gradients of the queries
   * @param logs the logarithms of sums, to the base 2
   * @param delta scaled
   */
  private record Block(Scratch s, String g, String slopes, String dq, String logs, String delta) {}

  private void queries(Block b, String head, String query, String block, Sums sums) {
    prepare(b, query, block);
    String keys = of("%k", head, pass.n(), pass.d());
    String values = of("%v", head, pass.n(), pass.e());
    String bias = biasOf(query);
    String q = of("%q", query, pass.m(), pass.d());
    String g = of("%g", query, pass.m(), pass.e());
    String first = times(block, BLOCK);
    String size = least(Integer.toString(BLOCK), define("sub nsw i64 " + pass.m() + ", " + first));
    String ownQ = at(q, times(first, pass.d()));
    String ownG = at(g, times(first, pass.e()));
    keyBlocks(
        block,
        (key, count) -> {
          String ownK = at(keys, times(key, pass.d()));
          scores(b.s(), block, ownK, bias, key, count);
          product(
              Matrix.rows(at(values, times(key, pass.e())), pass.e()),
              Matrix.rows(b.g(), BLOCK),
              Matrix.rows(b.slopes(), BLOCK),
              count,
              BLOCK,
              Integer.toString(pass.e()),
              Into.NEW);
          slopes(b, count);
          String dv = at(sums.values(), times(key, pass.e()));
          toKeys(b.s().scores(), ownG, dv, pass.e(), count, size);
          String dk = at(sums.keys(), times(key, pass.d()));
          toKeys(b.slopes(), ownQ, dk, pass.d(), count, size);
          product(
              Matrix.columns(b.slopes(), BLOCK),
              Matrix.rows(ownK, pass.d()),
              Matrix.rows(b.dq(), pass.d()),
              BLOCK,
              pass.d(),
              Integer.toString(count),
              Into.SUM);
        });
    String dq = of("%dq", query, pass.m(), pass.d());
    cut(
        block,
        pass.m(),
        BLOCK,
        (from, rows) -> copy(b.dq(), at(dq, times(from, pass.d())), rows * pass.d()));
  }

  /** What all blocks of keys need of a block of queries. */
  private void prepare(Block b, String query, String block) {
    String q = of("%q", query, pass.m(), pass.d());
    String g = of("%g", query, pass.m(), pass.e());
    transposeBlock(block, q, pass.d(), b.s().queries(), pass.scale() * LOG2_E);
    transposeBlock(block, g, pass.e(), b.g(), pass.scale());
    perQuery(block, of("%logs", query, pass.m(), 1), b.logs(), true);
    perQuery(block, of("%delta", query, pass.m(), 1), b.delta(), false);
    fill(b.dq(), BLOCK * pass.d(), 0);
  }

  /** Adds to the gradients of keys or values, from the queries that are there. */
  private void toKeys(
      String weights, String queries, String sums, int width, int count, String size) {
    product(
        Matrix.rows(weights, BLOCK),
        Matrix.rows(queries, width),
        Matrix.rows(sums, width),
        count,
        width,
        size,
        Into.SUM);
  }

  /** A number for each query of a block: scaled, or a logarithm to the base 2. */
  private void perQuery(String block, String from, String to, boolean logs) {
    cut(
        block,
        pass.m(),
        BLOCK,
        (first, size) -> {
          String start = at(from, first);
          for (int v = 0; v < size; v += lanes) {
            String x = load(at(start, v), size - v);
            String scaled = mul(x, constant(logs ? LOG2_E : pass.scale()));
            String none = constant(Double.NEGATIVE_INFINITY);
            // A query without keys: its scores are −∞, and so its weights 0.
            String kept = logs ? choose("oeq", x, none, constant(0), scaled) : scaled;
            store(kept, at(to, v), lanes);
          }
        });
  }

  /** Scores become weights, products their gradients. */
  private void slopes(Block b, int count) {
    for (int first = 0; first < BLOCK; first += 4 * lanes) {
      int from = first;
      int to = Math.min(BLOCK, first + 4 * lanes);
      rows(
          count,
          row -> {
            for (int v = from; v < to; v += lanes) {
              String place = plus(times(row, BLOCK), v);
              String score = at(b.s().scores(), place);
              String slope = at(b.slopes(), place);
              String weight = exp2(sub(load(score, lanes), load(at(b.logs(), v), lanes)));
              String inner = sub(load(slope, lanes), load(at(b.delta(), v), lanes));
              store(weight, score, lanes);
              store(mul(weight, inner), slope, lanes);
            }
          });
    }
  }

  /** Adds up the parts of some keys of a head. */
  private void sum(String piece) {
    int chunks = pass.sums() / (pass.heads() / pass.group());
    String head = quotient(piece, chunks);
    String chunk = remainder(piece, chunks);
    String first = times(chunk, pass.keysOfSum());
    String some = define("icmp slt i64 " + first + ", " + pass.n());
    when(
        some,
        () ->
            cut(
                chunk,
                pass.n(),
                pass.keysOfSum(),
                (from, size) -> {
                  add("%dk", head, from, size, pass.d(), 0);
                  add("%dv", head, from, size, pass.e(), (long) pass.n() * pass.d());
                }));
  }

  private void add(String to, String head, String from, int size, int width, long offset) {
    String target = at(of(to, head, pass.n(), width), times(from, width));
    long stride = (long) pass.n() * (pass.d() + pass.e());
    String parts = at(at("%parts", times(head, stride * pass.parts())), offset);
    String source = at(parts, times(from, width));
    blocks(
        size * width,
        lanes,
        (at, wide) -> {
          String sum = load(at(source, at), wide);
          for (int part = 1; part < pass.parts(); part++) {
            sum = add(sum, load(at(at(source, at), part * stride), wide));
          }
          store(sum, at(target, at), wide);
        });
  }
}

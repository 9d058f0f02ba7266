package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The forward pass: for each block of queries the largest score and the sum of exponentials so far,
 * and the mixed values, which are scaled down when a larger score comes (Milakov and Gimelshein,
 * <i>Online normalizer calculation for softmax</i>, 2018).
 */
final class AttendEmitter extends AttentionEmitter {
  private AttendEmitter(AttentionPass pass, int vectorBits, Set<String> declarations) {
    super(pass, vectorBits, declarations);
  }

  static String emit(AttentionPass pass, int vectorBits, String name, Set<String> declarations) {
    AttendEmitter emitter = new AttendEmitter(pass, vectorBits, declarations);
    emitter.function(
        name,
        emitter.buffers("%mixed", "%logs", "%scratch"),
        () -> emitter.tasks(emitter::queries));
    return emitter.text();
  }

  /**
   * @param mixed mixed values so far, a row for each feature
   * @param largest the largest score of each query so far
   * @param sum of exponentials, likewise
   * @param factor what both are multiplied by next
   */
  private record Running(String mixed, String largest, String sum, String factor) {}

  private void queries(String task) {
    String head = quotient(task, pass.queryBlocks());
    String block = remainder(task, pass.queryBlocks());
    String keyHead = quotient(head, pass.group());
    String keys = of("%k", keyHead, pass.n(), pass.d());
    String values = of("%v", keyHead, pass.n(), pass.e());
    String bias = biasOf(head);
    Scratch s = scratch();
    Running r = new Running(take(BLOCK * pass.e()), take(BLOCK), take(BLOCK), take(BLOCK));
    String queries = of("%q", head, pass.m(), pass.d());
    transposeBlock(block, queries, pass.d(), s.queries(), pass.scale() * LOG2_E);
    fill(r.mixed(), BLOCK * pass.e(), 0);
    fill(r.largest(), BLOCK, Double.NEGATIVE_INFINITY);
    fill(r.sum(), BLOCK, 0);
    keyBlocks(
        block,
        (first, count) -> {
          scores(s, block, at(keys, times(first, pass.d())), bias, first, count);
          // As many vectors as there are registers for.
          for (int v = 0; v < BLOCK; v += 4 * lanes) {
            exponentials(s, r, v, Math.min(4, (BLOCK - v) / lanes), count);
          }
          product(
              Matrix.columns(at(values, times(first, pass.e())), pass.e()),
              Matrix.rows(s.scores(), BLOCK),
              Matrix.rows(r.mixed(), BLOCK),
              pass.e(),
              BLOCK,
              Integer.toString(count),
              Into.scaled(r.factor()));
        });
    finish(head, block, r);
  }

  /** Replaces scores of some queries by exponentials. */
  private void exponentials(Scratch s, Running r, int first, int vectors, int count) {
    String keys = Integer.toString(count);
    List<String> before = new ArrayList<>();
    for (int v = 0; v < vectors; v++) {
      before.add(load(at(r.largest(), first + v * lanes), lanes));
    }
    List<String> largest = largest(s, before, first, keys);
    List<String> shifts = new ArrayList<>();
    for (int v = 0; v < vectors; v++) {
      String none = constant(Double.NEGATIVE_INFINITY);
      shifts.add(choose("oeq", largest.get(v), none, constant(0), largest.get(v)));
    }
    List<String> sums = weigh(s, shifts, first, keys);
    for (int v = 0; v < vectors; v++) {
      int at = first + v * lanes;
      String factor = exp2(sub(before.get(v), shifts.get(v)));
      String sum = fma(load(at(r.sum(), at), lanes), factor, sums.get(v));
      store(factor, at(r.factor(), at), lanes);
      store(sum, at(r.sum(), at), lanes);
      store(largest.get(v), at(r.largest(), at), lanes);
    }
  }

  /** The largest scores of some queries, among those before and those of all keys. */
  private List<String> largest(Scratch s, List<String> before, int first, String keys) {
    return carry(
        "0",
        keys,
        before,
        (row, most) -> {
          List<String> out = new ArrayList<>();
          for (int v = 0; v < before.size(); v++) {
            out.add(larger(load(score(s, row, first + v * lanes), lanes), most.get(v)));
          }
          return out;
        });
  }

  /** Replaces scores by exponentials, and returns their sums. */
  private List<String> weigh(Scratch s, List<String> shifts, int first, String keys) {
    return carry(
        "0",
        keys,
        Collections.nCopies(shifts.size(), constant(0)),
        (row, sum) -> {
          List<String> out = new ArrayList<>();
          for (int v = 0; v < shifts.size(); v++) {
            String at = score(s, row, first + v * lanes);
            String weight = exp2(sub(load(at, lanes), shifts.get(v)));
            store(weight, at, lanes);
            out.add(add(sum.get(v), weight));
          }
          return out;
        });
  }

  private String score(Scratch s, String row, int lane) {
    return at(s.scores(), plus(times(row, BLOCK), lane));
  }

  private void finish(String head, String block, Running r) {
    for (int v = 0; v < BLOCK; v += lanes) {
      String sum = load(at(r.sum(), v), lanes);
      String inverse = define("fdiv " + vector + " " + constant(1) + ", " + sum);
      store(choose("oeq", sum, constant(0), constant(0), inverse), at(r.factor(), v), lanes);
    }
    String mixed = of("%mixed", head, pass.m(), pass.e());
    String logs = of("%logs", head, pass.m(), 1);
    cut(
        block,
        pass.m(),
        BLOCK,
        (from, size) -> {
          transpose(
              Matrix.rows(r.mixed(), BLOCK),
              Matrix.rows(at(mixed, times(from, pass.e())), pass.e()),
              pass.e(),
              size,
              false,
              (x, query) -> mul(x, load(at(r.factor(), query), lanes)));
          String logsHere = at(logs, from);
          rows(size, query -> logSum(r, query, at(logsHere, query)));
        });
  }

  private void logSum(Running r, String query, String to) {
    String sum = define("load float, ptr " + at(r.sum(), query) + ", align 4");
    String largest = define("load float, ptr " + at(r.largest(), query) + ", align 4");
    String log = define("call float @kx.log(float " + sum + ")");
    long bits = Double.doubleToRawLongBits((float) Math.log(2));
    String scaled = define("fmul float %s, 0x%016X".formatted(largest, bits));
    line(
        "store float " + define("fadd float " + scaled + ", " + log) + ", ptr " + to + ", align 4");
  }
}

package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Writes functions in explicit vectors of f32, block by block, in SSA form. */
abstract class VectorEmitter {
  final int lanes;
  final String vector;
  private final Set<String> declarations;
  private final StringBuilder out = new StringBuilder();
  private String label = "entry";
  private int next;

  /**
   * @param lanes elements of a vector
   * @param declarations collects what the module must declare
   */
  VectorEmitter(int lanes, Set<String> declarations) {
    this.lanes = lanes;
    this.declarations = declarations;
    this.vector = "<" + lanes + " x float>";
  }

  /** What was written. */
  final String text() {
    return out.toString();
  }

  interface Body {
    void emit();
  }

  /**
   * A function {@code void name(ptr buffers, i64 begin, i64 end)} whose buffers have names; they
   * don't overlap.
   */
  final void function(String name, List<String> buffers, Body body) {
    out.append("define void @").append(name).append("(ptr %buffers, i64 %begin, i64 %end) {\n");
    out.append("entry:\n");
    for (int i = 0; i < buffers.size(); i++) {
      line("%at" + i + " = getelementptr ptr, ptr %buffers, i64 " + i);
      line(buffers.get(i) + " = load ptr, ptr %at" + i);
    }
    String given = String.join(", ", buffers.stream().map(n -> "ptr " + n).toList());
    line("call void @" + name + ".body(" + given + ", i64 %begin, i64 %end)");
    line("ret void");
    String taken = String.join(", ", buffers.stream().map(n -> "ptr noalias " + n).toList());
    out.append("}\ndefine internal void @").append(name).append(".body(").append(taken);
    out.append(", i64 %begin, i64 %end) {\nentry:\n");
    label = "entry";
    body.emit();
    line("ret void");
    out.append("}\n");
  }

  final void declare(String declaration) {
    declarations.add("declare " + declaration);
  }

  final void line(String text) {
    out.append("  ").append(text).append('\n');
  }

  final String define(String instruction) {
    String name = "%t" + next++;
    line(name + " = " + instruction);
    return name;
  }

  final void open(String block) {
    out.append(block).append(":\n");
    label = block;
  }

  interface Counted {
    void emit(String counter);
  }

  /** A loop that runs at least once. */
  final void loop(String from, String to, Counted body) {
    carry(
        from,
        to,
        List.of(),
        (counter, sums) -> {
          body.emit(counter);
          return sums;
        });
  }

  interface Carrying {
    /** The vectors after a round, given those before it. */
    List<String> emit(String counter, List<String> sums);
  }

  /** A loop that runs at least once and carries vectors from round to round. */
  final List<String> carry(String from, String to, List<String> initial, Carrying body) {
    int id = next++;
    String before = label;
    String counter = "%i" + id;
    line("br label %loop" + id);
    open("loop" + id);
    int mark = out.length();
    List<String> sums = new ArrayList<>();
    for (int i = 0; i < initial.size(); i++) {
      sums.add("%s" + id + "." + i);
    }
    List<String> results = body.emit(counter, sums);
    String after = define("add nuw nsw i64 " + counter + ", 1");
    String again = define("icmp slt i64 " + after + ", " + to);
    StringBuilder phis = new StringBuilder();
    phi(phis, counter, "i64", from, before, after);
    for (int i = 0; i < sums.size(); i++) {
      phi(phis, sums.get(i), vector, initial.get(i), before, results.get(i));
    }
    out.insert(mark, phis);
    line("br i1 " + again + ", label %loop" + id + ", label %done" + id);
    open("done" + id);
    return results;
  }

  private void phi(
      StringBuilder phis, String name, String type, String first, String before, String later) {
    phis.append("  ").append(name).append(" = phi ").append(type).append(" [ ").append(first);
    phis.append(", %").append(before).append(" ], [ ").append(later).append(", %").append(label);
    phis.append(" ]\n");
  }

  /** As {@link #carry}, for a loop that may not run at all. */
  final List<String> carryIfAny(String from, String to, List<String> initial, Carrying body) {
    int id = next++;
    String before = label;
    String some = define("icmp slt i64 " + from + ", " + to);
    line("br i1 " + some + ", label %some" + id + ", label %none" + id);
    open("some" + id);
    List<String> results = carry(from, to, initial, body);
    String last = label;
    line("br label %none" + id);
    open("none" + id);
    List<String> merged = new ArrayList<>();
    for (int i = 0; i < initial.size(); i++) {
      merged.add(
          define(
              "phi "
                  + vector
                  + " [ "
                  + initial.get(i)
                  + ", %"
                  + before
                  + " ], [ "
                  + results.get(i)
                  + ", %"
                  + last
                  + " ]"));
    }
    return merged;
  }

  /** Something that is done where a condition holds. */
  final void when(String condition, Body body) {
    int id = next++;
    line("br i1 " + condition + ", label %then" + id + ", label %after" + id);
    open("then" + id);
    body.emit();
    line("br label %after" + id);
    open("after" + id);
  }

  interface Part {
    void emit(String from, int size);
  }

  /** Block {@code block} of {@code total} things: all have {@code size} of them but the last. */
  final void cut(String block, int total, int size, Part part) {
    int full = total / size;
    int rest = total % size;
    String first = times(block, size);
    if (rest == 0 || full == 0) {
      part.emit(first, full == 0 ? rest : size);
      return;
    }
    int id = next++;
    String whole = define("icmp slt i64 " + block + ", " + full);
    line("br i1 " + whole + ", label %whole" + id + ", label %rest" + id);
    open("whole" + id);
    part.emit(first, size);
    line("br label %cut" + id);
    open("rest" + id);
    part.emit(first, rest);
    line("br label %cut" + id);
    open("cut" + id);
  }

  /** All blocks of {@code total} things, one after the other. */
  final void blocks(int total, int size, Part part) {
    int full = total / size;
    if (full == 1) {
      part.emit("0", size);
    } else if (full > 1) {
      loop("0", Integer.toString(full), block -> part.emit(times(block, size), size));
    }
    if (total % size > 0) {
      part.emit(Integer.toString(full * size), total % size);
    }
  }

  /** The address of a float. */
  final String at(String base, String index) {
    return index.equals("0") ? base : define("getelementptr float, ptr " + base + ", i64 " + index);
  }

  final String at(String base, long index) {
    return at(base, Long.toString(index));
  }

  final String times(String a, long factor) {
    return factor == 1 || a.equals("0") ? a : arithmetic("mul", a, Long.toString(factor));
  }

  final String plus(String a, String b) {
    if (a.equals("0")) {
      return b;
    }
    return b.equals("0") ? a : arithmetic("add", a, b);
  }

  final String plus(String a, long b) {
    return plus(a, Long.toString(b));
  }

  private String arithmetic(String instruction, String a, String b) {
    return define(instruction + " nsw i64 " + a + ", " + b);
  }

  final String least(String a, String b) {
    return extreme("smin", a, b);
  }

  final String most(String a, String b) {
    return extreme("smax", a, b);
  }

  private String extreme(String name, String a, String b) {
    declare("i64 @llvm." + name + ".i64(i64, i64)");
    return define("call i64 @llvm." + name + ".i64(i64 " + a + ", i64 " + b + ")");
  }

  /** A float at an address, in all lanes. */
  final String splat(String at) {
    String scalar = define("load float, ptr " + at + ", align 4");
    String one = define("insertelement " + vector + " poison, float " + scalar + ", i64 0");
    return define(
        "shufflevector "
            + vector
            + " "
            + one
            + ", "
            + vector
            + " poison, <"
            + lanes
            + " x i32> zeroinitializer");
  }

  /** {@code a · b + c}, rounded once. */
  final String fma(String a, String b, String c) {
    declare(vector + " @llvm.fma" + suffix() + "(" + vector + ", " + vector + ", " + vector + ")");
    return define(
        "call "
            + vector
            + " @llvm.fma"
            + suffix()
            + "("
            + vector
            + " "
            + a
            + ", "
            + vector
            + " "
            + b
            + ", "
            + vector
            + " "
            + c
            + ")");
  }

  final String add(String a, String b) {
    return define("fadd " + vector + " " + a + ", " + b);
  }

  final String sub(String a, String b) {
    return define("fsub " + vector + " " + a + ", " + b);
  }

  final String mul(String a, String b) {
    return define("fmul " + vector + " " + a + ", " + b);
  }

  /** 0 where {@code x} is at most 0. */
  final String relu(String x) {
    String below = define("fcmp ole " + vector + " " + x + ", zeroinitializer");
    return define(
        "select "
            + flags()
            + " "
            + below
            + ", "
            + vector
            + " zeroinitializer, "
            + vector
            + " "
            + x);
  }

  /** A vector of which only {@code width} elements are there; the others are 0. */
  final String load(String at, int width) {
    if (width >= lanes) {
      return define("load " + vector + ", ptr " + at + ", align 4");
    }
    return maskedLoad(at, mask(i -> i < width));
  }

  private String maskedLoad(String at, String mask) {
    declare(
        vector
            + " @llvm.masked.load"
            + suffix()
            + ".p0(ptr, i32, "
            + flags()
            + ", "
            + vector
            + ")");
    return define(
        "call "
            + vector
            + " @llvm.masked.load"
            + suffix()
            + ".p0(ptr "
            + at
            + ", i32 4, "
            + mask
            + ", "
            + vector
            + " zeroinitializer)");
  }

  /** A vector of which only some elements are there; the others are 0. */
  final String loadWhere(String at, IntPredicate isThere) {
    if (IntStream.range(0, lanes).allMatch(isThere)) {
      return load(at, lanes);
    }
    if (IntStream.range(0, lanes).noneMatch(isThere)) {
      return "zeroinitializer";
    }
    return maskedLoad(at, mask(isThere));
  }

  /** Stores the first {@code width} elements of a vector. */
  final void store(String value, String at, int width) {
    if (width >= lanes) {
      line("store " + vector + " " + value + ", ptr " + at + ", align 4");
      return;
    }
    declare(
        "void @llvm.masked.store" + suffix() + ".p0(" + vector + ", ptr, i32, " + flags() + ")");
    line(
        "call void @llvm.masked.store"
            + suffix()
            + ".p0("
            + vector
            + " "
            + value
            + ", ptr "
            + at
            + ", i32 4, "
            + mask(i -> i < width)
            + ")");
  }

  private String suffix() {
    return ".v" + lanes + "f32";
  }

  private String flags() {
    return "<" + lanes + " x i1>";
  }

  private String mask(IntPredicate isThere) {
    StringBuilder mask = new StringBuilder(flags()).append(" <");
    for (int i = 0; i < lanes; i++) {
      mask.append(i == 0 ? "i1 " : ", i1 ").append(isThere.test(i));
    }
    return mask.append('>').toString();
  }

  final String shuffle(String a, String b, String mask) {
    return define(
        "shufflevector "
            + vector
            + " "
            + a
            + ", "
            + vector
            + " "
            + b
            + ", <"
            + lanes
            + " x i32> <"
            + mask
            + ">");
  }

  /** Swaps the off-diagonal halves of blocks of {@code distance} in lines i and i + distance. */
  final void exchange(List<String> lines, int i, int distance) {
    StringBuilder low = new StringBuilder();
    StringBuilder high = new StringBuilder();
    for (int l = 0; l < lanes; l++) {
      boolean first = (l & distance) == 0;
      low.append(l == 0 ? "i32 " : ", i32 ").append(first ? l : lanes + l - distance);
      high.append(l == 0 ? "i32 " : ", i32 ").append(first ? l + distance : lanes + l);
    }
    String a = lines.get(i);
    String b = lines.get(i + distance);
    lines.set(i, shuffle(a, b, low.toString()));
    lines.set(i + distance, shuffle(a, b, high.toString()));
  }

  /** The sums of as many vectors as a vector has elements, as a vector. */
  final String total(List<String> vectors) {
    List<String> lines = new ArrayList<>(vectors);
    for (int distance = lanes / 2; distance > 0; distance /= 2) {
      for (int i = 0; i < distance; i++) {
        exchange(lines, i, distance);
        lines.set(i, add(lines.get(i), lines.get(i + distance)));
      }
    }
    return lines.getFirst();
  }
}

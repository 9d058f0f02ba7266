package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes functions block by block in SSA form: loops that carry vectors, and positions. */
abstract class FlowEmitter {
  final String vector;
  private final Set<String> declarations;
  private final StringBuilder out = new StringBuilder();
  private String label = "entry";
  private int next;

  /**
   * @param vector the type of vectors
   * @param declarations collects what the module must declare
   */
  FlowEmitter(String vector, Set<String> declarations) {
    this.vector = vector;
    this.declarations = declarations;
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
    return merged(initial, before, results, last);
  }

  /** Vectors that are those of one block or of another. */
  private List<String> merged(
      List<String> first, String from, List<String> second, String fromSecond) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      String a = "[ " + first.get(i) + ", %" + from + " ]";
      String b = "[ " + second.get(i) + ", %" + fromSecond + " ]";
      out.add(define("phi " + vector + " " + a + ", " + b));
    }
    return out;
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
}

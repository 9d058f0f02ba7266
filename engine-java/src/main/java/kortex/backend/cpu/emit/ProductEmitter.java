package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kortex.backend.cpu.emit.Product.Tiles;

/**
 * Writes products of small matrices in vectors: where a library takes longer to begin than the
 * product takes. A piece of work is a block of the result, which is accumulated in registers: a row
 * of B times an element of A, for each row, for each k. Neighbouring pieces have the same columns,
 * so that what they read of B stays in the cache. A transposed B is first copied to where its rows
 * are vectors; its pieces are whole rows, for each thread copies all of it.
 */
final class ProductEmitter {
  private final Product product;
  private final Tiles tiles;
  private final Set<String> declarations;
  private final StringBuilder out = new StringBuilder();
  private final String vector;
  private String label = "entry";
  private int next;

  private ProductEmitter(Product product, int vectorBits, Set<String> declarations) {
    this.product = product;
    this.tiles = Tiles.of(product, vectorBits);
    this.declarations = declarations;
    this.vector = "<" + tiles.lanes() + " x float>";
  }

  /** The product as a function {@code void name(ptr buffers, i64 begin, i64 end)} of A, B and C. */
  static String emit(Product product, int vectorBits, String name, Set<String> declarations) {
    return new ProductEmitter(product, vectorBits, declarations).function(name);
  }

  private String function(String name) {
    line("define void @" + name + "(ptr %buffers, i64 %begin, i64 %end) {");
    line("entry:");
    for (int i = 0; i < 3; i++) {
      line("%at" + i + " = getelementptr ptr, ptr %buffers, i64 " + i);
      line("%given" + i + " = load ptr, ptr %at" + i);
    }
    line(
        "call void @"
            + name
            + ".body(ptr %given0, ptr %given1, ptr %given2, i64 %begin, i64 %end)");
    line("ret void");
    line("}");
    line(
        "define internal void @"
            + name
            + ".body(ptr noalias %a, ptr noalias %given, ptr noalias %c, i64 %begin, i64 %end) {");
    line("entry:");
    String b = product.transposeB() ? pack() : "%given";
    loop("piece", "%begin", "%end", piece -> piece(piece, b));
    line("ret void");
    line("}");
    return out.toString();
  }

  /** Floats from one row of B to the next: packed rows are whole vectors. */
  private int stride() {
    return product.transposeB() ? columns() : product.n();
  }

  private int columns() {
    return Math.ceilDiv(product.n(), tiles.lanes()) * tiles.lanes();
  }

  /** Copies a transposed B to rows of whole vectors, with zeros at their ends. */
  private String pack() {
    long bytes = 4L * product.k() * columns();
    line("%packed = alloca [" + bytes + " x i8], align 64");
    if (columns() != product.n()) {
      declarations.add("declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)");
      line("call void @llvm.memset.p0.i64(ptr %packed, i8 0, i64 " + bytes + ", i1 false)");
    }
    loop(
        "packRow",
        "0",
        Integer.toString(product.k()),
        k ->
            loop(
                "packColumn",
                "0",
                Integer.toString(product.n()),
                n -> {
                  String from = at("%given", plus(times(n, product.k()), k));
                  String value = define("load float, ptr " + from + ", align 4");
                  String to = at("%packed", plus(times(k, columns()), n));
                  line("store float " + value + ", ptr " + to + ", align 4");
                }));
    return "%packed";
  }

  private void piece(String piece, String b) {
    if (product.transposeB()) {
      rows(piece, (row, height) -> columns(row, height, b));
      return;
    }
    int blocks = Math.ceilDiv(product.m(), tiles.rows());
    String column = blocks == 1 ? piece : define("sdiv i64 " + piece + ", " + blocks);
    String row = blocks == 1 ? "0" : define("srem i64 " + piece + ", " + blocks);
    cut(
        column,
        product.n(),
        tiles.width(),
        (from, width) -> rows(row, (first, height) -> tile(first, height, from, width, b)));
  }

  private void rows(String block, Part part) {
    cut(block, product.m(), tiles.rows(), part);
  }

  private interface Part {
    void emit(String from, int size);
  }

  /** Block {@code block} of {@code total} things: all have {@code size} of them but the last. */
  private void cut(String block, int total, int size, Part part) {
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
    line("br label %cutDone" + id);
    open("rest" + id);
    part.emit(first, rest);
    line("br label %cutDone" + id);
    open("cutDone" + id);
  }

  private void columns(String row, int height, String b) {
    int width = tiles.width();
    int full = product.n() / width;
    if (full > 0) {
      String end = Integer.toString(full);
      loop("columns", "0", end, block -> tile(row, height, times(block, width), width, b));
    }
    int rest = product.n() - full * width;
    if (rest > 0) {
      tile(row, height, Integer.toString(full * width), rest, b);
    }
  }

  /** {@code height} rows from {@code row} on, {@code width} columns from {@code column} on. */
  private void tile(String row, int height, String column, int width, String b) {
    declarations.add(
        "declare "
            + vector
            + " @llvm.fma"
            + suffix()
            + "("
            + vector
            + ", "
            + vector
            + ", "
            + vector
            + ")");
    int vectors = Math.ceilDiv(width, tiles.lanes());
    int id = next++;
    String before = label;
    String blockOfA = at("%a", product.transposeA() ? row : times(row, product.k()));
    String blockOfB = at(b, column);
    String blockOfC = at("%c", plus(times(row, product.n()), column));
    line("br label %sum" + id);
    open("sum" + id);
    String k = "%k" + id;
    List<String> sums = new ArrayList<>();
    List<String> results = new ArrayList<>();
    int mark = out.length();
    List<String> rowOfB = new ArrayList<>();
    String startOfRow = at(blockOfB, times(k, stride()));
    for (int v = 0; v < vectors; v++) {
      String at = at(startOfRow, Integer.toString(v * tiles.lanes()));
      rowOfB.add(load(at, width - v * tiles.lanes(), !product.transposeB()));
    }
    String columnOfA = at(blockOfA, product.transposeA() ? times(k, product.m()) : k);
    for (int i = 0; i < height; i++) {
      String splat = splat(elementOfA(columnOfA, i));
      for (int v = 0; v < vectors; v++) {
        String sum = "%s" + id + "." + i + "." + v;
        sums.add(sum);
        results.add(
            define(
                "call "
                    + vector
                    + " @llvm.fma"
                    + suffix()
                    + "("
                    + vector
                    + " "
                    + splat
                    + ", "
                    + vector
                    + " "
                    + rowOfB.get(v)
                    + ", "
                    + vector
                    + " "
                    + sum
                    + ")"));
      }
    }
    String after = define("add nuw nsw i64 " + k + ", 1");
    String again = define("icmp slt i64 " + after + ", " + product.k());
    StringBuilder phis = new StringBuilder();
    phis.append("  ").append(k).append(" = phi i64 [ 0, %").append(before).append(" ], [ ");
    phis.append(after).append(", %").append("sum").append(id).append(" ]\n");
    for (int i = 0; i < sums.size(); i++) {
      phis.append("  ").append(sums.get(i)).append(" = phi ").append(vector);
      phis.append(" [ zeroinitializer, %").append(before).append(" ], [ ").append(results.get(i));
      phis.append(", %sum").append(id).append(" ]\n");
    }
    out.insert(mark, phis);
    line("br i1 " + again + ", label %sum" + id + ", label %sumDone" + id);
    open("sumDone" + id);
    for (int i = 0; i < height; i++) {
      for (int v = 0; v < vectors; v++) {
        String at = at(blockOfC, Integer.toString(i * product.n() + v * tiles.lanes()));
        store(results.get(i * vectors + v), at, width - v * tiles.lanes());
      }
    }
  }

  private String elementOfA(String column, int i) {
    String at = at(column, Integer.toString(product.transposeA() ? i : i * product.k()));
    return define("load float, ptr " + at + ", align 4");
  }

  private String splat(String scalar) {
    String one = define("insertelement " + vector + " poison, float " + scalar + ", i64 0");
    return define(
        "shufflevector "
            + vector
            + " "
            + one
            + ", "
            + vector
            + " poison, <"
            + tiles.lanes()
            + " x i32> zeroinitializer");
  }

  /** A vector of which {@code width} elements are there; all, where it is padded. */
  private String load(String at, int width, boolean exact) {
    if (width >= tiles.lanes() || !exact) {
      return define("load " + vector + ", ptr " + at + ", align 4");
    }
    declarations.add(
        "declare "
            + vector
            + " @llvm.masked.load"
            + suffix()
            + ".p0(ptr, i32, "
            + bits()
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
            + mask(width)
            + ", "
            + vector
            + " zeroinitializer)");
  }

  private void store(String value, String at, int width) {
    if (width >= tiles.lanes()) {
      line("store " + vector + " " + value + ", ptr " + at + ", align 4");
      return;
    }
    declarations.add(
        "declare void @llvm.masked.store"
            + suffix()
            + ".p0("
            + vector
            + ", ptr, i32, "
            + bits()
            + ")");
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
            + mask(width)
            + ")");
  }

  private String suffix() {
    return ".v" + tiles.lanes() + "f32";
  }

  private String bits() {
    return "<" + tiles.lanes() + " x i1>";
  }

  private String mask(int width) {
    StringBuilder mask = new StringBuilder(bits()).append(" <");
    for (int i = 0; i < tiles.lanes(); i++) {
      mask.append(i == 0 ? "i1 " : ", i1 ").append(i < width);
    }
    return mask.append('>').toString();
  }

  private interface Block {
    void emit(String counter);
  }

  /** A loop that runs at least once: there is always a first piece, row and column. */
  private void loop(String name, String from, String to, Block body) {
    int id = next++;
    String before = label;
    String counter = "%" + name + id;
    String head = name + "Loop" + id;
    line("br label %" + head);
    open(head);
    int mark = out.length();
    body.emit(counter);
    String after = define("add nuw nsw i64 " + counter + ", 1");
    String again = define("icmp slt i64 " + after + ", " + to);
    out.insert(
        mark,
        "  "
            + counter
            + " = phi i64 [ "
            + from
            + ", %"
            + before
            + " ], [ "
            + after
            + ", %"
            + label
            + " ]\n");
    line("br i1 " + again + ", label %" + head + ", label %" + name + "Done" + id);
    open(name + "Done" + id);
  }

  private void open(String block) {
    out.append(block).append(":\n");
    label = block;
  }

  private void line(String text) {
    out.append(text.endsWith(":") || text.startsWith("define") || text.equals("}") ? "" : "  ");
    out.append(text).append('\n');
  }

  private String define(String instruction) {
    String name = "%t" + next++;
    line(name + " = " + instruction);
    return name;
  }

  private String at(String base, String index) {
    return index.equals("0")
        ? base
        : define("getelementptr inbounds float, ptr " + base + ", i64 " + index);
  }

  private String times(String a, long factor) {
    return factor == 1 || a.equals("0") ? a : define("mul nuw nsw i64 " + a + ", " + factor);
  }

  private String plus(String a, String b) {
    if (a.equals("0")) {
      return b;
    }
    return b.equals("0") ? a : define("add nuw nsw i64 " + a + ", " + b);
  }
}

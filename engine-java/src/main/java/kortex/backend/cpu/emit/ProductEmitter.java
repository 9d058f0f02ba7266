package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kortex.backend.cpu.emit.Product.Tiles;

/**
 * Writes products of small matrices in vectors: where a library takes longer to begin than the
 * product takes. A tile of the result is accumulated in registers: a row of B times an element of
 * A, for each row, for each k. The columns of a transposed B that a piece of work needs are first
 * copied to scratch memory, where its rows are vectors.
 */
final class ProductEmitter {
  private final Product product;
  private final Product.Cut cut;
  private final Tiles tiles;
  private final Set<String> declarations;
  private final StringBuilder out = new StringBuilder();
  private final String vector;
  private String label = "entry";
  private int next;

  private ProductEmitter(Product product, int vectorBits, Set<String> declarations) {
    this.product = product;
    this.cut = Product.Cut.of(product, vectorBits);
    this.tiles = cut.tiles();
    this.declarations = declarations;
    this.vector = "<" + tiles.lanes() + " x float>";
  }

  /** The product as a function {@code void name(ptr buffers, i64 begin, i64 end)} of A, B and C. */
  static String emit(Product product, int vectorBits, String name, Set<String> declarations) {
    return new ProductEmitter(product, vectorBits, declarations).function(name);
  }

  private String function(String name) {
    int buffers = product.transposeB() ? 4 : 3;
    List<String> names = List.of("%a", "%b", "%c", "%scratch").subList(0, buffers);
    line("define void @" + name + "(ptr %buffers, i64 %begin, i64 %end) {");
    line("entry:");
    for (int i = 0; i < buffers; i++) {
      line("%at" + i + " = getelementptr ptr, ptr %buffers, i64 " + i);
      line(names.get(i) + " = load ptr, ptr %at" + i);
    }
    String given = String.join(", ", names.stream().map(n -> "ptr " + n).toList());
    line("call void @" + name + ".body(" + given + ", i64 %begin, i64 %end)");
    line("ret void");
    line("}");
    String taken = String.join(", ", names.stream().map(n -> "ptr noalias " + n).toList());
    line("define internal void @" + name + ".body(" + taken + ", i64 %begin, i64 %end) {");
    line("entry:");
    loop("piece", "%begin", "%end", this::piece);
    line("ret void");
    line("}");
    return out.toString();
  }

  /** Floats from one row of B to the next, as tiles read it. */
  private int stride() {
    return product.transposeB() ? tiles.width() : product.n();
  }

  private void piece(String piece) {
    int parts = cut.rowParts();
    String column = parts == 1 ? piece : define("sdiv i64 " + piece + ", " + parts);
    String part = parts == 1 ? "0" : define("srem i64 " + piece + ", " + parts);
    cut(
        column,
        product.n(),
        tiles.width(),
        (from, width) -> {
          if (product.transposeB()) {
            String packed = pack(piece, from, width);
            rowsOf(part, (row, height) -> tile(row, height, from, width, packed));
          } else {
            String b = at("%b", from);
            rows(part, (row, height) -> tile(row, height, from, width, b));
          }
        });
  }

  /** All blocks of rows of part {@code part}. */
  private void rowsOf(String part, Part tile) {
    int blocks = cut.rowBlocks();
    int each = Math.ceilDiv(blocks, cut.rowParts());
    if (each == 1) {
      rows(part, tile);
      return;
    }
    String first = times(part, each);
    String end = plus(first, Integer.toString(each));
    if (each * cut.rowParts() > blocks) {
      declarations.add("declare i64 @llvm.smin.i64(i64, i64)");
      end = define("call i64 @llvm.smin.i64(i64 " + end + ", i64 " + blocks + ")");
      // The last parts may be empty.
      int id = next++;
      String some = define("icmp slt i64 " + first + ", " + end);
      line("br i1 " + some + ", label %some" + id + ", label %none" + id);
      open("some" + id);
      loop("rows", first, end, block -> rows(block, tile));
      line("br label %none" + id);
      open("none" + id);
      return;
    }
    loop("rows", first, end, block -> rows(block, tile));
  }

  /** Copies {@code width} columns of B, stored as rows, to the scratch memory of a piece. */
  private String pack(String piece, String column, int width) {
    String packed = at("%scratch", times(piece, (long) product.k() * tiles.width()));
    String from = at("%b", times(column, product.k()));
    int lanes = tiles.lanes();
    int full = product.k() / lanes;
    for (int v = 0; v * lanes < width; v++) {
      String source = at(from, Integer.toString(v * lanes * product.k()));
      String target = at(packed, Integer.toString(v * lanes));
      int columns = Math.min(lanes, width - v * lanes);
      if (full > 0) {
        loop(
            "pack",
            "0",
            Integer.toString(full),
            block -> packBlock(source, target, times(block, lanes), columns, lanes));
      }
      if (product.k() % lanes > 0) {
        String rest = Integer.toString(full * lanes);
        packBlock(source, target, rest, columns, product.k() % lanes);
      }
    }
    return packed;
  }

  /** Turns {@code columns} rows of {@code depth} elements, from {@code k} on, into columns. */
  private void packBlock(String source, String target, String k, int columns, int depth) {
    int lanes = tiles.lanes();
    List<String> lines = new ArrayList<>();
    String start = at(source, k);
    for (int j = 0; j < lanes; j++) {
      lines.add(
          j < columns
              ? load(at(start, Integer.toString(j * product.k())), depth)
              : "zeroinitializer");
    }
    for (int distance = lanes / 2; distance > 0; distance /= 2) {
      for (int i = 0; i < lanes; i++) {
        if ((i & distance) == 0) {
          exchange(lines, i, distance);
        }
      }
    }
    String to = at(target, times(k, tiles.width()));
    for (int i = 0; i < depth; i++) {
      store(lines.get(i), at(to, Integer.toString(i * tiles.width())), lanes);
    }
  }

  /** Swaps the off-diagonal halves of blocks of {@code distance} in lines i and i + distance. */
  private void exchange(List<String> lines, int i, int distance) {
    int lanes = tiles.lanes();
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

  private String shuffle(String a, String b, String mask) {
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
            + tiles.lanes()
            + " x i32> <"
            + mask
            + ">");
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

  /**
   * {@code height} rows from {@code row} on, {@code width} columns from {@code column} on.
   *
   * @param b where row 0 of B has these columns
   */
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
    String blockOfC = at("%c", plus(times(row, product.n()), column));
    line("br label %sum" + id);
    open("sum" + id);
    String k = "%k" + id;
    List<String> sums = new ArrayList<>();
    List<String> results = new ArrayList<>();
    int mark = out.length();
    List<String> rowOfB = new ArrayList<>();
    String startOfRow = at(b, times(k, stride()));
    for (int v = 0; v < vectors; v++) {
      String at = at(startOfRow, Integer.toString(v * tiles.lanes()));
      rowOfB.add(load(at, product.transposeB() ? tiles.lanes() : width - v * tiles.lanes()));
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

  /** A vector of which only {@code width} elements are there; the others are 0. */
  private String load(String at, int width) {
    if (width >= tiles.lanes()) {
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

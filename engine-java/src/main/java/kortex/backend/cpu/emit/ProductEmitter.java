package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import kortex.backend.cpu.emit.Product.Tiles;

/**
 * Writes products of small matrices in vectors: where a library takes longer to begin than the
 * product takes. A tile of the result is accumulated in registers: a row of B times an element of
 * A, for each row, for each k. The columns of a transposed B that a piece of work needs are first
 * copied to scratch memory, where its rows are vectors.
 */
final class ProductEmitter extends VectorEmitter {
  private final Product product;
  private final Product.Cut cut;
  private final Tiles tiles;
  private final EndingEmitter ending;

  private ProductEmitter(Product product, Product.Cut cut, Set<String> declarations) {
    super(cut.tiles().lanes(), declarations);
    this.product = product;
    this.cut = cut;
    this.tiles = cut.tiles();
    this.ending = new EndingEmitter(this, product.epilogue());
  }

  /**
   * The product as a function {@code void name(ptr buffers, i64 begin, i64 end)} of A, B, what the
   * epilogue reads, C, and scratch memory, if it needs some.
   */
  static String emit(Product product, int vectorBits, String name, Set<String> declarations) {
    if (product.isRead()) {
      return DotEmitter.emit(product, vectorBits, name, declarations);
    }
    ProductEmitter emitter =
        new ProductEmitter(product, Product.Cut.of(product, vectorBits), declarations);
    List<String> buffers = new ArrayList<>(List.of("%a", "%b"));
    buffers.addAll(EndingEmitter.operands(product.epilogue()));
    buffers.add("%c");
    if (product.transposeB()) {
      buffers.add("%scratch");
    }
    emitter.function(
        name, buffers, () -> emitter.loop("%begin", "%end", piece -> emitter.piece(piece)));
    return emitter.text();
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
    String end = plus(first, each);
    if (each * cut.rowParts() > blocks) {
      end = least(end, Integer.toString(blocks));
    }
    // The last parts may be empty.
    carryIfAny(
        first,
        end,
        List.of(),
        (block, sums) -> {
          rows(block, tile);
          return sums;
        });
  }

  /** Copies {@code width} columns of B, stored as rows, to the scratch memory of a piece. */
  private String pack(String piece, String column, int width) {
    String packed = at("%scratch", times(piece, (long) product.k() * tiles.width()));
    String from = at("%b", times(column, product.k()));
    int full = product.k() / lanes;
    for (int v = 0; v * lanes < width; v++) {
      String source = at(from, (long) v * lanes * product.k());
      String target = at(packed, (long) v * lanes);
      int columns = Math.min(lanes, width - v * lanes);
      if (full > 0) {
        loop(
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
    List<String> lines = new ArrayList<>();
    String start = at(source, k);
    for (int j = 0; j < lanes; j++) {
      lines.add(j < columns ? load(at(start, (long) j * product.k()), depth) : "zeroinitializer");
    }
    transpose(lines);
    String to = at(target, times(k, tiles.width()));
    for (int i = 0; i < depth; i++) {
      store(lines.get(i), at(to, (long) i * tiles.width()), lanes);
    }
  }

  private void rows(String block, Part part) {
    cut(block, product.m(), tiles.rows(), part);
  }

  /**
   * {@code height} rows from {@code row} on, {@code width} columns from {@code column} on.
   *
   * @param b where row 0 of B has these columns
   */
  private void tile(String row, int height, String column, int width, String b) {
    int vectors = Math.ceilDiv(width, lanes);
    String blockOfA = at("%a", product.transposeA() ? row : times(row, product.k()));
    String offset = plus(times(row, product.n()), column);
    List<String> zeros = Collections.nCopies(height * vectors, "zeroinitializer");
    List<String> results =
        carry(
            "0",
            Integer.toString(product.k()),
            zeros,
            (k, sums) -> {
              String rowOfB = at(b, times(k, stride()));
              String columnOfA = at(blockOfA, product.transposeA() ? times(k, product.m()) : k);
              return outer(columnOfA, height, rowOfB, width, sums);
            });
    for (int i = 0; i < height; i++) {
      for (int v = 0; v < vectors; v++) {
        int rest = width - v * lanes;
        String at = plus(offset, (long) i * product.n() + v * lanes);
        String channel = plus(column, v * lanes);
        String result = ending.apply(results.get(i * vectors + v), channel, at, rest);
        store(result, at("%c", at), rest);
      }
    }
  }

  /** Adds the product of a column of A and a row of B. */
  private List<String> outer(
      String columnOfA, int height, String rowOfB, int width, List<String> sums) {
    List<String> b = new ArrayList<>();
    for (int v = 0; v * lanes < width; v++) {
      b.add(load(at(rowOfB, (long) v * lanes), product.transposeB() ? lanes : width - v * lanes));
    }
    List<String> out = new ArrayList<>();
    for (int i = 0; i < height; i++) {
      String a = splat(at(columnOfA, product.transposeA() ? i : (long) i * product.k()));
      for (String each : b) {
        out.add(fma(a, each, sums.get(out.size())));
      }
    }
    return out;
  }
}

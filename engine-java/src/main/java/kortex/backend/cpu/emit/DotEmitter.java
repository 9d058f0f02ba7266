package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Writes products of few rows with a matrix that is stored as its columns: what takes time is to
 * read that matrix once, so it is read in the order in which it lies in memory. A piece of work is
 * a vector of the result for each row of A.
 */
final class DotEmitter extends VectorEmitter {
  /** Columns that are read at the same time. */
  private static final int STREAMS = 4;

  private final Product product;
  private final EndingEmitter ending;

  /** Vectors of a column that are added up side by side, so that one needs not wait for another. */
  private final int chains;

  private DotEmitter(Product product, int vectorBits, Set<String> declarations) {
    super(vectorBits / Float.SIZE, declarations);
    this.product = product;
    this.ending = new EndingEmitter(this, product.epilogue());
    this.chains = product.m() == 1 ? 2 : 1;
  }

  /** The product as a function like that of {@link ProductEmitter}. */
  static String emit(Product product, int vectorBits, String name, Set<String> declarations) {
    DotEmitter emitter = new DotEmitter(product, vectorBits, declarations);
    List<String> buffers = new ArrayList<>(List.of("%a", "%b"));
    buffers.addAll(EndingEmitter.operands(product.epilogue()));
    buffers.add("%c");
    emitter.function(
        name,
        buffers,
        () ->
            emitter.loop(
                "%begin",
                "%end", piece -> emitter.cut(piece, product.n(), emitter.lanes, emitter::piece)));
    return emitter.text();
  }

  private void piece(String column, int width) {
    List<List<String>> sums = new ArrayList<>();
    for (int i = 0; i < product.m(); i++) {
      sums.add(new ArrayList<>());
    }
    for (int j = 0; j < lanes; j += STREAMS) {
      int streams = Math.min(STREAMS, width - j);
      List<String> of = streams > 0 ? dots(plus(column, j), streams) : List.of();
      for (int i = 0; i < product.m(); i++) {
        for (int s = 0; s < STREAMS; s++) {
          sums.get(i).add(s < streams ? of.get(i * streams + s) : "zeroinitializer");
        }
      }
    }
    for (int i = 0; i < product.m(); i++) {
      String offset = plus(column, (long) i * product.n());
      String result = ending.apply(total(sums.get(i)), column, offset, width);
      store(result, at("%c", offset), width);
    }
  }

  /** For each row of A and each of some columns of B, a vector whose sum is their product. */
  private List<String> dots(String column, int streams) {
    int count = product.m() * streams;
    int step = lanes * chains;
    int full = product.k() / step;
    String b = at("%b", times(column, product.k()));
    List<String> sums = Collections.nCopies(count * chains, "zeroinitializer");
    if (full > 0) {
      sums =
          carry(
              "0",
              Integer.toString(full),
              sums,
              (block, before) -> {
                List<String> after = before;
                for (int c = 0; c < chains; c++) {
                  String k = plus(times(block, step), (long) c * lanes);
                  after = add(k, lanes, b, streams, c * count, after);
                }
                return after;
              });
    }
    for (int k = full * step; k < product.k(); k += lanes) {
      int c = (k / lanes) % chains;
      sums = add(Integer.toString(k), product.k() - k, b, streams, c * count, sums);
    }
    List<String> out = new ArrayList<>(sums.subList(0, count));
    for (int c = 1; c < chains; c++) {
      for (int i = 0; i < count; i++) {
        out.set(i, add(out.get(i), sums.get(c * count + i)));
      }
    }
    return out;
  }

  /** Adds the products of the elements from {@code k} on to the sums from {@code first} on. */
  private List<String> add(
      String k, int width, String b, int streams, int first, List<String> before) {
    List<String> after = new ArrayList<>(before);
    List<String> columns = new ArrayList<>();
    for (int s = 0; s < streams; s++) {
      columns.add(load(at(at(b, k), (long) s * product.k()), width));
    }
    for (int i = 0; i < product.m(); i++) {
      String row = load(at(at("%a", k), (long) i * product.k()), width);
      for (int s = 0; s < streams; s++) {
        int at = first + i * streams + s;
        after.set(at, fma(row, columns.get(s), before.get(at)));
      }
    }
    return after;
  }
}

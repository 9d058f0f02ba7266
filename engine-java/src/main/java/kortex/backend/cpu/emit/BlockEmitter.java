package kortex.backend.cpu.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Words for code that works on blocks of matrices in scratch memory. */
abstract class BlockEmitter extends VectorEmitter {
  /** Vectors of sums that fit in the registers, beside what they are made of. */
  private final int accumulators;

  /** Coefficients of (2^f − 1) / f for |f| ≤ 1/2; the error of 2^f is below 2e-8. */
  private static final double[] EXP2 = {
    0x1.62e43p-1, 0x1.ebfbdcp-3, 0x1.c6aee8p-5, 0x1.3b2d4ep-7, 0x1.5f3e56p-10, 0x1.41fbbp-13
  };

  BlockEmitter(int lanes, Set<String> declarations) {
    super(lanes, declarations);
    this.accumulators = lanes * Float.SIZE == 256 ? 12 : 24;
  }

  /** Element (i, j) of a matrix is {@code i · row + j · column} floats from its base. */
  record Matrix(String base, long row, long column) {
    static Matrix rows(String base, long row) {
      return new Matrix(base, row, 1);
    }

    static Matrix columns(String base, long column) {
      return new Matrix(base, 1, column);
    }
  }

  final String constant(double value) {
    if (value == 0) {
      return "zeroinitializer";
    }
    String bits = "float 0x%016X".formatted(Double.doubleToRawLongBits((float) value));
    return "<" + String.join(", ", Collections.nCopies(lanes, bits)) + ">";
  }

  /** {@code a} where {@code x relation y} holds, {@code b} elsewhere. */
  final String choose(String relation, String x, String y, String a, String b) {
    String condition = define("fcmp " + relation + " " + vector + " " + x + ", " + y);
    return choose(condition, a, b);
  }

  final String choose(String condition, String a, String b) {
    String bits = "<" + lanes + " x i1> ";
    return define("select " + bits + condition + ", " + vector + " " + a + ", " + vector + " " + b);
  }

  /** The larger number; NaN in {@code a} is ignored. */
  final String larger(String a, String b) {
    return choose("ogt", a, b, a, b);
  }

  /** 2^x for x up to 127; 0 below −127, NaN of NaN. */
  final String exp2(String x) {
    String integers = "<" + lanes + " x i32>";
    String low = constant(-127);
    String clamped = choose("olt", x, low, low, x);
    // Adding 1.5 · 2²³ rounds, and leaves the integer in the low bits.
    String moved = add(clamped, constant(0x1.8p23));
    String fraction = sub(clamped, sub(moved, constant(0x1.8p23)));
    String sum = constant(EXP2[EXP2.length - 1]);
    for (int i = EXP2.length - 2; i >= 0; i--) {
      sum = fma(sum, fraction, constant(EXP2[i]));
    }
    sum = fma(sum, fraction, constant(1));
    String bits = define("bitcast " + vector + " " + moved + " to " + integers);
    String shifted = define("shl " + integers + " " + bits + ", " + all("i32", 23));
    String exponent = define("add " + integers + " " + shifted + ", " + all("i32", 127 << 23));
    String power = define("bitcast " + integers + " " + exponent + " to " + vector);
    return mul(sum, power);
  }

  private String all(String type, int value) {
    return "<" + String.join(", ", Collections.nCopies(lanes, type + " " + value)) + ">";
  }

  /** A loop that may not run at all. */
  final void each(String from, String to, Counted body) {
    carryIfAny(
        from,
        to,
        List.of(),
        (counter, sums) -> {
          body.emit(counter);
          return sums;
        });
  }

  /** Sets {@code count} floats. */
  final void fill(String base, int count, double value) {
    blocks(count, lanes, (from, width) -> store(constant(value), at(base, from), width));
  }

  /** Copies {@code count} floats. */
  final void copy(String source, String target, int count) {
    blocks(
        count,
        lanes,
        (from, width) -> store(load(at(source, from), width), at(target, from), width));
  }

  /**
   * {@code c = a·b}, or {@code c·factors + a·b}, in tiles that stay in registers.
   *
   * @param a {@code rows} by {@code depth}, read an element at a time
   * @param b {@code depth} by {@code width}, rows of neighbouring elements
   * @param c {@code rows} by {@code width}, likewise
   * @param depth more than 0, perhaps known only when it runs
   */
  final void product(Matrix a, Matrix b, Matrix c, int rows, int width, String depth, Into into) {
    int most = accumulators == 12 ? 2 : 4;
    int vectors = Math.ceilDiv(width, lanes);
    int tile = Math.ceilDiv(vectors, Math.ceilDiv(vectors, most)) * lanes;
    blocks(
        width,
        tile,
        (column, wide) -> {
          int high = accumulators / Math.ceilDiv(wide, lanes);
          int even = Math.ceilDiv(rows, Math.ceilDiv(rows, high));
          blocks(
              rows,
              even,
              (row, height) -> {
                Matrix tileA = new Matrix(at(a.base(), times(row, a.row())), a.row(), a.column());
                Matrix tileB = Matrix.rows(at(b.base(), column), b.row());
                String corner = at(c.base(), plus(times(row, c.row()), column));
                Into here = new Into(into.adds(), into.factorsAt(this, column));
                tile(tileA, tileB, Matrix.rows(corner, c.row()), height, wide, depth, here);
              });
        });
  }

  /**
   * What happens to what was there before.
   *
   * @param adds whether it stays, and the product is added
   * @param factors where there is a number for each column that it is multiplied by; or empty
   */
  record Into(boolean adds, String factors) {
    static final Into NEW = new Into(false, "");
    static final Into SUM = new Into(true, "");

    static Into scaled(String factors) {
      return new Into(true, factors);
    }

    private String factorsAt(BlockEmitter code, String column) {
      return factors.isEmpty() ? "" : code.at(factors, column);
    }
  }

  private void tile(Matrix a, Matrix b, Matrix c, int height, int width, String depth, Into into) {
    List<String> sums = new ArrayList<>();
    for (int i = 0; i < height; i++) {
      for (int v = 0; v < width; v += lanes) {
        String before = into.adds() ? load(at(c.base(), i * c.row() + v), width - v) : constant(0);
        sums.add(
            into.factors().isEmpty() ? before : mul(before, load(at(into.factors(), v), lanes)));
      }
    }
    List<String> results =
        carry("0", depth, sums, (k, before) -> outer(a, b, k, height, width, before));
    int next = 0;
    for (int i = 0; i < height; i++) {
      for (int v = 0; v < width; v += lanes) {
        store(results.get(next++), at(c.base(), i * c.row() + v), width - v);
      }
    }
  }

  /** Adds the product of column k of a and row k of b. */
  private List<String> outer(
      Matrix a, Matrix b, String k, int height, int width, List<String> sums) {
    String rowOfB = at(b.base(), times(k, b.row()));
    String columnOfA = at(a.base(), times(k, a.column()));
    List<String> row = new ArrayList<>();
    for (int v = 0; v < width; v += lanes) {
      row.add(load(at(rowOfB, v), width - v));
    }
    List<String> out = new ArrayList<>();
    for (int i = 0; i < height; i++) {
      String x = splat(at(columnOfA, i * a.row()));
      for (String each : row) {
        out.add(fma(x, each, sums.get(out.size())));
      }
    }
    return out;
  }

  /** What is done to a vector that begins at element {@code at} of a row. */
  interface Change {
    String of(String vector, String at);
  }

  /**
   * Element (i, j) of a block of {@code rows} by {@code columns} becomes element (j, i).
   *
   * @param padded whether whole vectors are written, with anything in what is not there
   */
  final void transpose(
      Matrix from, Matrix to, int rows, int columns, boolean padded, Change change) {
    for (int first = 0; first < rows; first += lanes) {
      int lines = Math.min(lanes, rows - first);
      String source = at(from.base(), first * from.row());
      String target = at(to.base(), first);
      int width = padded ? lanes : lines;
      blocks(
          columns,
          lanes,
          (column, depth) -> {
            List<String> block = new ArrayList<>();
            for (int i = 0; i < lanes; i++) {
              block.add(
                  i < lines
                      ? change.of(load(at(at(source, column), i * from.row()), depth), column)
                      : constant(0));
            }
            transpose(block);
            String corner = at(target, times(column, to.row()));
            for (int i = 0; i < depth; i++) {
              store(block.get(i), at(corner, i * to.row()), width);
            }
          });
    }
  }
}

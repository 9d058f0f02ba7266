package kortex.backend.cpu.emit;

import java.util.Optional;
import kortex.op.Epilogue;

/**
 * A product of two f32 matrices of fixed sizes, {@code [m, k] · [k, n] → [m, n]}, dense and
 * row-major; a transposed operand is stored with its axes swapped.
 *
 * @param epilogue what happens to the result before it is stored
 */
public record Product(
    int m, int k, int n, boolean transposeA, boolean transposeB, Epilogue epilogue)
    implements Vectorised {
  /** Rows for which it is not worth it to rearrange a transposed B. */
  private static final int FEW_ROWS = 8;

  public Product {
    if (m < 1 || k < 1 || n < 1) {
      throw new IllegalArgumentException("product of " + m + ", " + k + ", " + n);
    }
  }

  /** A product that is stored as it is. */
  public Product(int m, int k, int n, boolean transposeA, boolean transposeB) {
    this(m, k, n, transposeA, transposeB, Epilogue.NONE);
  }

  /** Whether code for an epilogue can be written. */
  public static boolean takes(Epilogue epilogue) {
    return EndingEmitter.writes(epilogue);
  }

  /** Whether the columns of B are read as they lie in memory, each once. */
  boolean isRead() {
    return transposeB && m < FEW_ROWS && (!transposeA || m == 1);
  }

  /** Floating-point operations. */
  public double flops() {
    return 2.0 * m * k * n;
  }

  /** About how many operations on data in registers take as long. */
  public double work() {
    return isRead() ? 4 * flops() : flops();
  }

  /** The parts of the result that are independent pieces of work. */
  public int pieces(int vectorBits) {
    return isRead() ? Math.ceilDiv(n, vectorBits / Float.SIZE) : Cut.of(this, vectorBits).pieces();
  }

  @Override
  public Optional<String> second() {
    return Optional.empty();
  }

  /** For a transposed B, of all pieces. */
  @Override
  public long scratchBytes(int vectorBits) {
    Cut cut = Cut.of(this, vectorBits);
    return transposeB && !isRead()
        ? (long) Float.BYTES * cut.pieces() * k * cut.tiles().width()
        : 0;
  }

  /**
   * How the result is cut into pieces: neighbouring ones have the same columns, so that what they
   * read of B stays in the cache.
   *
   * @param columnBlocks blocks of columns, each as wide as a tile
   * @param rowBlocks blocks of rows, each as high as a tile
   * @param rowParts how many pieces share a block of columns
   */
  record Cut(Tiles tiles, int columnBlocks, int rowBlocks, int rowParts) {
    /** Pieces worth having, for threads to share evenly. */
    private static final int ENOUGH = 8;

    static Cut of(Product product, int vectorBits) {
      Tiles tiles = Tiles.of(product, vectorBits);
      int columns = Math.ceilDiv(product.n(), tiles.width());
      int rows = Math.ceilDiv(product.m(), tiles.rows());
      // Each piece rearranges its columns of a transposed B: few pieces do that for many rows.
      int parts = product.transposeB() ? Math.clamp(ENOUGH / columns, 1, rows) : rows;
      return new Cut(tiles, columns, rows, parts);
    }

    int pieces() {
      return columnBlocks * rowParts;
    }
  }

  /**
   * How the result is cut so that a block of it stays in registers while the sum runs over k.
   *
   * @param lanes elements of a vector
   * @param vectors vectors side by side in a block
   * @param rows rows of a block
   */
  record Tiles(int lanes, int vectors, int rows) {
    static Tiles of(Product product, int vectorBits) {
      int lanes = vectorBits / Float.SIZE;
      // What is left of the registers holds a row of B and an element of A.
      int accumulators = vectorBits == 256 ? 12 : 24;
      int m = product.m();
      int needed = Math.ceilDiv(product.n(), lanes);
      // One or two rows alone would wait for each other's sums.
      int vectors = Math.min(needed, Math.clamp(accumulators / 2 / m, 2, accumulators / 2));
      int rows = Math.min(m, accumulators / vectors);
      // Blocks of about equal height: a last one of one row would read all of B for it.
      return new Tiles(lanes, vectors, Math.ceilDiv(m, Math.ceilDiv(m, rows)));
    }

    /** Columns of a block. */
    int width() {
      return vectors * lanes;
    }
  }
}

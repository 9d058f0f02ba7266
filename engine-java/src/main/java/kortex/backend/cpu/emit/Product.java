package kortex.backend.cpu.emit;

/**
 * A product of two f32 matrices of fixed sizes, {@code [m, k] · [k, n] → [m, n]}, dense and
 * row-major; a transposed operand is stored with its axes swapped.
 */
public record Product(int m, int k, int n, boolean transposeA, boolean transposeB) {
  public Product {
    if (m < 1 || k < 1 || n < 1) {
      throw new IllegalArgumentException("product of " + m + ", " + k + ", " + n);
    }
  }

  /** Floating-point operations. */
  public double flops() {
    return 2.0 * m * k * n;
  }

  /** The parts of the result that are independent pieces of work. */
  public int pieces(int vectorBits) {
    return Cut.of(this, vectorBits).pieces();
  }

  /** Bytes of scratch memory that the pieces need together: for a transposed B. */
  public long scratchBytes(int vectorBits) {
    Cut cut = Cut.of(this, vectorBits);
    return transposeB ? (long) Float.BYTES * cut.pieces() * k * cut.tiles().width() : 0;
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

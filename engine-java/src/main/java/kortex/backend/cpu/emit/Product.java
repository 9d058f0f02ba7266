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

  /** The blocks of the result, which are independent pieces of work. */
  public int pieces(int vectorBits) {
    Tiles tiles = Tiles.of(this, vectorBits);
    int rows = Math.ceilDiv(m, tiles.rows());
    return transposeB ? rows : rows * Math.ceilDiv(n, tiles.width());
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

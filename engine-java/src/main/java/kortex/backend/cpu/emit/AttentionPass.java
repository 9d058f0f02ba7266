package kortex.backend.cpu.emit;

import java.util.List;
import java.util.Optional;

/**
 * One pass of attention over f32 tensors of fixed sizes, dense and row-major, computed in blocks of
 * queries and keys; see {@link kortex.op.Attention}.
 *
 * @param backward whether it computes the gradients
 * @param heads heads of queries, in all examples
 * @param group how many neighbouring heads share keys and values
 * @param m queries of a head
 * @param n keys of a head
 * @param d features of queries and keys
 * @param e features of values
 */
public record AttentionPass(
    boolean backward,
    int heads,
    int group,
    int m,
    int n,
    int d,
    int e,
    boolean causal,
    double scale,
    Optional<Bias> bias)
    implements Vectorised {

  /** What the name of the function ends with that adds up parts. */
  static final String SUM = ".sum";

  /** Queries, or keys, of a block. */
  static final int BLOCK = 64;

  /** Tasks that keep threads evenly busy. */
  private static final int ENOUGH = 8;

  /** Floats before the scratch memory of the first worker; the number of workers is there. */
  static final int HEADER = 16;

  private static final int CHUNKS = 16;

  /**
   * Where a head has its bias.
   *
   * @param extents of the axes before the last two
   * @param strides of the bias along them, in elements; 0 where it is repeated
   * @param rows whether queries have different ones
   */
  public record Bias(List<Integer> extents, List<Long> strides, boolean rows) {
    public Bias {
      extents = List.copyOf(extents);
      strides = List.copyOf(strides);
    }
  }

  /** About how many floating-point operations it takes. */
  public double flops() {
    double all = (double) heads * m * n * (backward ? 6 * d + 4 * e : 2 * d + 2 * e);
    return causal ? all / 2 : all;
  }

  /** Blocks of queries of a head. */
  int queryBlocks() {
    return Math.ceilDiv(m, BLOCK);
  }

  /**
   * How many tasks the backward pass of the heads that share keys is; they add to the same sums.
   */
  int parts() {
    return Math.clamp(Math.ceilDiv(ENOUGH, heads / group), 1, queryBlocks() * group);
  }

  /** The pieces of work. */
  int tasks() {
    return backward ? heads / group * parts() : heads * queryBlocks();
  }

  /** Whether a second function adds up the sums of parts. */
  public boolean inParts() {
    return backward && parts() > 1;
  }

  /** Pieces of work of that function. */
  public int sums() {
    return heads / group * CHUNKS;
  }

  /** Keys of such a piece. */
  int keysOfSum() {
    return Math.ceilDiv(n, CHUNKS);
  }

  /** Floats that a worker needs. */
  int workerFloats() {
    int squares = (backward ? 2 : 1) + (bias.isPresent() && bias.get().rows() ? 1 : 0);
    int features = backward ? 2 * d + e : d + e;
    return BLOCK * (features + squares * BLOCK + 4);
  }

  @Override
  public Optional<String> second() {
    return inParts() ? Optional.of(SUM) : Optional.empty();
  }

  /** None: workers have scratch memory of their own. */
  @Override
  public long scratchBytes(int vectorBits) {
    return 0;
  }

  /** Bytes of scratch memory for some workers, of which the first eight are their number. */
  public long workerBytes(int workers) {
    return (long) Float.BYTES * (HEADER + (long) workers * workerFloats());
  }

  /** Bytes of memory for the sums of parts. */
  public long partBytes() {
    return inParts() ? (long) Float.BYTES * tasks() * n * (d + e) : 0;
  }
}

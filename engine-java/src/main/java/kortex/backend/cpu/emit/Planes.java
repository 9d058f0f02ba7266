package kortex.backend.cpu.emit;

import java.util.Optional;

/**
 * A convolution of f32 images with channels first and stride 1, or one of its gradients.
 *
 * @param filter the convolution; of the gradient of the input, the one that computes it
 * @param result what is computed
 */
public record Planes(Filter filter, Result result) implements Vectorised {
  /** Pixels of a row that are computed at once at the most. */
  private static final int WIDEST = 64;

  /** What a convolution or gradient computes. */
  public enum Result {
    /** Of an input and weights. */
    IMAGES,
    /** Of a gradient and weights. */
    INPUT_GRADIENT,
    /** Of an input and a gradient. */
    WEIGHT_GRADIENT
  }

  public Planes {
    if (filter.stride() != 1 || filter.outWidth() > WIDEST) {
      throw new IllegalArgumentException("no planes of " + filter);
    }
  }

  /** The gradient of a convolution's input. */
  public static Planes inputGradient(Filter filter) {
    return new Planes(filter.turned(), Result.INPUT_GRADIENT);
  }

  /** Whether code for a convolution can be written in vectors that are mostly full. */
  public static boolean fits(Filter filter, int vectorBits) {
    return filter.stride() == 1
        && isFull(filter.outWidth(), vectorBits)
        && isFull(filter.width(), vectorBits);
  }

  private static boolean isFull(int width, int vectorBits) {
    int lanes = vectorBits / Float.SIZE;
    return width <= WIDEST && 2 * width > Math.ceilDiv(width, lanes) * lanes;
  }

  /** The independent pieces of work: images, or shares of them. */
  public int pieces() {
    return result == Result.WEIGHT_GRADIENT ? shares() : filter.images();
  }

  /** A fixed number of shares of the images, whatever the number of threads. */
  int shares() {
    return Math.min(filter.images(), 8);
  }

  @Override
  public Optional<String> second() {
    return result == Result.WEIGHT_GRADIENT ? Optional.of(".add") : Optional.empty();
  }

  @Override
  public long scratchBytes(int vectorBits) {
    return result == Result.WEIGHT_GRADIENT
        ? (long) Float.BYTES * shares() * PlaneGradientEmitter.shareSize(filter, vectorBits)
        : 0;
  }

  /** Floating-point operations. */
  public double flops() {
    return filter.flops();
  }
}

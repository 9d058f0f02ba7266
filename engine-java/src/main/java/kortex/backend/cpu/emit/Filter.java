package kortex.backend.cpu.emit;

import java.util.Optional;
import kortex.op.Epilogue;

/**
 * A convolution of f32 images, {@code [n, h, w, in] → [n, oh, ow, out]}, with weights {@code [out,
 * in, kh, kw]}. As a computation of its own it has its channels last; {@link Planes} have them
 * first.
 *
 * @param images how many images
 * @param height rows of the input
 * @param width columns of the input
 * @param in channels of the input
 * @param out channels of the result
 * @param kernelHeight rows of the kernel
 * @param kernelWidth columns of the kernel
 * @param stride of the kernel, down and across
 * @param top rows of padding above
 * @param left columns of padding before
 * @param outHeight rows of the result
 * @param outWidth columns of the result
 * @param epilogue what happens to the result before it is stored
 */
public record Filter(
    int images,
    int height,
    int width,
    int in,
    int out,
    int kernelHeight,
    int kernelWidth,
    int stride,
    int top,
    int left,
    int outHeight,
    int outWidth,
    Epilogue epilogue)
    implements Vectorised {

  public Filter {
    boolean fits =
        images > 0
            && in > 0
            && out > 0
            && stride > 0
            && isInside(height, kernelHeight, stride, top, outHeight)
            && isInside(width, kernelWidth, stride, left, outWidth);
    if (!fits) {
      throw new IllegalArgumentException("a filter that leaves its images");
    }
  }

  /** Whether each position of the kernel along an axis meets at least one element. */
  public static boolean isInside(int extent, int kernel, int stride, int before, int out) {
    int last = (out - 1) * stride - before;
    return extent > 0 && kernel > 0 && out > 0 && before >= 0 && before < kernel && last < extent;
  }

  /** The filter that computes the gradient of the input from that of the result, for stride 1. */
  Filter turned() {
    if (stride != 1) {
      throw new IllegalArgumentException("stride " + stride);
    }
    return new Filter(
        images,
        outHeight,
        outWidth,
        out,
        in,
        kernelHeight,
        kernelWidth,
        1,
        kernelHeight - 1 - top,
        kernelWidth - 1 - left,
        height,
        width,
        Epilogue.NONE);
  }

  /** Elements of the kernel. */
  int taps() {
    return kernelHeight * kernelWidth;
  }

  /** Floating-point operations, of the convolution and of each gradient. */
  public double flops() {
    return 2.0 * images * outHeight * outWidth * out * in * taps();
  }

  /** Rows of all results. */
  int rows() {
    return images * outHeight;
  }

  /** The independent pieces of work. */
  public int pieces(int vectorBits) {
    return rows() * Cut.of(this, vectorBits).blocks();
  }

  @Override
  public Optional<String> second() {
    return Optional.of(".pack");
  }

  @Override
  public long scratchBytes(int vectorBits) {
    return 0;
  }

  /** Bytes of rearranged weights. */
  public long packedBytes(int vectorBits) {
    Cut cut = Cut.of(this, vectorBits);
    return (long) Float.BYTES * cut.blocks() * cut.width() * in * taps();
  }

  /** Whether code for an epilogue can be written. */
  public static boolean takes(Epilogue epilogue) {
    return EndingEmitter.writes(epilogue);
  }

  /**
   * How the work is cut.
   *
   * @param width channels of a block
   * @param blocks blocks of channels
   * @param pixels neighbouring pixels of a tile
   * @param depth input channels of a round
   * @param rounds in how many rounds a sum is computed
   */
  record Cut(int width, int blocks, int pixels, int depth, int rounds) {
    /** Bytes of weights that stay in the first-level cache beside the images. */
    private static final int NEAR = 20 << 10;

    static Cut of(Filter filter, int vectorBits) {
      int lanes = vectorBits / Float.SIZE;
      int registers = vectorBits == 256 ? 12 : 24;
      int needed = Math.ceilDiv(filter.out(), lanes);
      int most = Math.clamp(registers / filter.outWidth(), 2, 4);
      int count = Math.ceilDiv(needed, most);
      int vectors = Math.ceilDiv(needed, count);
      int widest = Math.max(1, registers / vectors);
      int pixels = Math.ceilDiv(filter.outWidth(), Math.ceilDiv(filter.outWidth(), widest));
      int width = vectors * lanes;
      int row = Float.BYTES * width * filter.kernelWidth() * filter.in();
      if (row * filter.kernelHeight() <= NEAR) {
        return new Cut(width, count, pixels, filter.in(), 1);
      }
      int parts = Math.min(filter.in(), Math.ceilDiv(row, NEAR));
      int depth = Math.ceilDiv(filter.in(), parts);
      int rounds = filter.kernelHeight() * Math.ceilDiv(filter.in(), depth);
      return new Cut(width, count, pixels, depth, rounds);
    }
  }
}

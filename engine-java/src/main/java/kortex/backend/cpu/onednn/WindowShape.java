package kortex.backend.cpu.onednn;

import java.util.Arrays;

/**
 * A window that slides over one to three spatial axes: what convolution and pooling have in common.
 */
public final class WindowShape {
  private final long[] input;
  private final long[] kernel;
  private final long[] strides;
  private final long[] dilations;
  private final long[] padLeft;
  private final long[] padRight;
  private final long[] output;

  private WindowShape(long[][] all) {
    this.input = all[0].clone();
    this.kernel = all[1].clone();
    this.strides = all[2].clone();
    this.dilations = all[3].clone();
    this.padLeft = all[4].clone();
    this.padRight = all[5].clone();
    this.output = new long[input.length];
    for (int i = 0; i < input.length; i++) {
      long reach = (kernel[i] - 1) * dilations[i] + 1;
      output[i] = Math.floorDiv(input[i] + padLeft[i] + padRight[i] - reach, strides[i]) + 1;
    }
  }

  /**
   * A window, one number per spatial axis in each array.
   *
   * @param input the sizes of the input
   * @param kernel the sizes of the window
   * @param strides the steps of the window
   * @param dilations the distances between neighbours within the window: 1 for none
   * @param padLeft the padding before the input
   * @param padRight the padding after the input
   * @throws IllegalArgumentException if the ranks differ, a number is out of range or the window
   *     does not fit
   */
  public static WindowShape of(
      long[] input,
      long[] kernel,
      long[] strides,
      long[] dilations,
      long[] padLeft,
      long[] padRight) {
    long[][] all = {input, kernel, strides, dilations, padLeft, padRight};
    boolean valid = input.length >= 1 && input.length <= 3;
    for (int k = 0; k < all.length; k++) {
      int least = k < 4 ? 1 : 0;
      valid =
          valid
              && all[k].length == input.length
              && Arrays.stream(all[k]).allMatch(v -> v >= least && v <= Integer.MAX_VALUE);
    }
    if (!valid) {
      throw new IllegalArgumentException("window " + Arrays.deepToString(all));
    }
    WindowShape window = new WindowShape(all);
    if (Arrays.stream(window.output).anyMatch(v -> v < 1)) {
      throw new IllegalArgumentException("the window does not fit the input: " + window);
    }
    return window;
  }

  /** A window over height and width with the same padding on both sides. */
  public static WindowShape of2d(
      long height, long width, long kernel, long stride, long dilation, long padding) {
    long[] pads = {padding, padding};
    return of(
        new long[] {height, width},
        new long[] {kernel, kernel},
        new long[] {stride, stride},
        new long[] {dilation, dilation},
        pads,
        pads);
  }

  /** The number of spatial axes. */
  public int rank() {
    return input.length;
  }

  /** The sizes of the input. */
  public long[] input() {
    return input.clone();
  }

  /** The sizes of the window. */
  public long[] kernel() {
    return kernel.clone();
  }

  /** The steps of the window. */
  public long[] strides() {
    return strides.clone();
  }

  /** The distances between neighbours within the window. */
  public long[] dilations() {
    return dilations.clone();
  }

  /** The padding before the input. */
  public long[] padLeft() {
    return padLeft.clone();
  }

  /** The padding after the input. */
  public long[] padRight() {
    return padRight.clone();
  }

  /** The sizes of the output: {@code ⌊(in + left + right − ((k−1)·dilation+1)) / stride⌋ + 1}. */
  public long[] output() {
    return output.clone();
  }

  /** oneDNN counts the gaps within the window, where 0 means none. */
  long[] gaps() {
    return Arrays.stream(dilations).map(d -> d - 1).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WindowShape shape
        && Arrays.equals(input, shape.input)
        && Arrays.equals(kernel, shape.kernel)
        && Arrays.equals(strides, shape.strides)
        && Arrays.equals(dilations, shape.dilations)
        && Arrays.equals(padLeft, shape.padLeft)
        && Arrays.equals(padRight, shape.padRight);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(input) * 31 + Arrays.hashCode(kernel);
  }

  @Override
  public String toString() {
    return Arrays.toString(input)
        + " kernel "
        + Arrays.toString(kernel)
        + " stride "
        + Arrays.toString(strides)
        + " dilation "
        + Arrays.toString(dilations)
        + " padding "
        + Arrays.toString(padLeft)
        + Arrays.toString(padRight);
  }
}

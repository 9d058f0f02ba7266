package kortex.backend.cpu.onednn;

import java.util.Arrays;

/**
 * The sizes of a convolution: {@code [batch, inChannels, spatial…]} with weights {@code
 * [outChannels, inChannels / groups, kernel…]} to {@code [batch, outChannels, output…]}, all
 * row-major without gaps.
 *
 * @param groups input and output channels are cut into this many groups that do not mix
 * @param channelsLast whether source and result are {@code [batch, spatial…, channels]} in memory
 */
public record ConvolutionShape(
    long batch,
    long inChannels,
    long outChannels,
    long groups,
    WindowShape window,
    boolean channelsLast) {
  /** A convolution of images with channels first. */
  public ConvolutionShape(
      long batch, long inChannels, long outChannels, long groups, WindowShape window) {
    this(batch, inChannels, outChannels, groups, window, false);
  }

  /** Checks that all sizes are at least 1 and that the groups divide both channel counts. */
  public ConvolutionShape {
    if (batch < 1
        || inChannels < 1
        || outChannels < 1
        || groups < 1
        || inChannels % groups != 0
        || outChannels % groups != 0) {
      throw new IllegalArgumentException(
          "convolution of "
              + inChannels
              + " to "
              + outChannels
              + " channels in "
              + groups
              + " groups, batch "
              + batch);
    }
  }

  TensorLayout source() {
    return images(channelsLast, window.input(), batch, inChannels);
  }

  TensorLayout result() {
    return images(channelsLast, window.output(), batch, outChannels);
  }

  TensorLayout bias() {
    return TensorLayout.dense(outChannels);
  }

  /** A number for each channel of the result, the same at each place. */
  TensorLayout channels() {
    long[] sizes = new long[result().rank()];
    Arrays.fill(sizes, 1);
    sizes[1] = outChannels;
    return TensorLayout.dense(sizes);
  }

  /** The weights as oneDNN wants them: with an axis of their own for groups, if there are any. */
  TensorLayout weights() {
    return groups == 1
        ? spatial(window.kernel(), outChannels, inChannels)
        : spatial(window.kernel(), groups, outChannels / groups, inChannels / groups);
  }

  /** The layout of images of some sizes, whose axes are always named channels first. */
  static TensorLayout images(boolean channelsLast, long[] spatial, long batch, long channels) {
    TensorLayout first = spatial(spatial, batch, channels);
    if (!channelsLast) {
      return first;
    }
    long[] strides = new long[first.rank()];
    long stride = channels;
    for (int axis = strides.length - 1; axis >= 2; axis--) {
      strides[axis] = stride;
      stride *= first.size(axis);
    }
    strides[0] = stride;
    strides[1] = 1;
    return TensorLayout.of(first.sizes(), strides);
  }

  /** The row-major layout of the {@code leading} axes followed by the {@code spatial} ones. */
  static TensorLayout spatial(long[] spatial, long... leading) {
    long[] sizes = java.util.Arrays.copyOf(leading, leading.length + spatial.length);
    System.arraycopy(spatial, 0, sizes, leading.length, spatial.length);
    return TensorLayout.dense(sizes);
  }
}

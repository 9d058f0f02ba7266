package kortex.backend.cpu.onednn;

/**
 * The sizes of a convolution: {@code [batch, inChannels, spatial…]} with weights {@code
 * [outChannels, inChannels / groups, kernel…]} to {@code [batch, outChannels, output…]}, all
 * row-major without gaps.
 *
 * @param groups input and output channels are cut into this many groups that do not mix
 */
public record ConvolutionShape(
    long batch, long inChannels, long outChannels, long groups, WindowShape window) {
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
    return spatial(window.input(), batch, inChannels);
  }

  TensorLayout result() {
    return spatial(window.output(), batch, outChannels);
  }

  TensorLayout bias() {
    return TensorLayout.dense(outChannels);
  }

  /** The weights as oneDNN wants them: with an axis of their own for groups, if there are any. */
  TensorLayout weights() {
    return groups == 1
        ? spatial(window.kernel(), outChannels, inChannels)
        : spatial(window.kernel(), groups, outChannels / groups, inChannels / groups);
  }

  /** The row-major layout of the {@code leading} axes followed by the {@code spatial} ones. */
  static TensorLayout spatial(long[] spatial, long... leading) {
    long[] sizes = java.util.Arrays.copyOf(leading, leading.length + spatial.length);
    System.arraycopy(spatial, 0, sizes, leading.length, spatial.length);
    return TensorLayout.dense(sizes);
  }
}

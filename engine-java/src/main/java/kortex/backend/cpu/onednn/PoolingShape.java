package kortex.backend.cpu.onednn;

/**
 * A pooling: {@code [batch, channels, spatial…]} to {@code [batch, channels, output…]}, row-major
 * without gaps.
 *
 * @param channelsLast whether both are {@code [batch, spatial…, channels]} in memory
 */
public record PoolingShape(
    Kind kind, long batch, long channels, WindowShape window, boolean channelsLast) {
  /** What is made of the values in the window. */
  public enum Kind {
    /** The largest. */
    MAX(511),
    /** The mean of those values that are not padding. */
    AVERAGE_EXCLUDE_PADDING(1023);

    private final int algorithm;

    Kind(int algorithm) {
      this.algorithm = algorithm;
    }

    /** The {@code dnnl_alg_kind_t}. */
    int algorithm() {
      return algorithm;
    }
  }

  /** A pooling of images with channels first. */
  public PoolingShape(Kind kind, long batch, long channels, WindowShape window) {
    this(kind, batch, channels, window, false);
  }

  /** Checks that all sizes are at least 1. */
  public PoolingShape {
    if (batch < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "pooling of batch " + batch + " with " + channels + " channels");
    }
  }

  TensorLayout source() {
    return ConvolutionShape.images(channelsLast, window.input(), batch, channels);
  }

  TensorLayout result() {
    return ConvolutionShape.images(channelsLast, window.output(), batch, channels);
  }

  /** Whether the backward direction needs the notes of the forward one. */
  boolean hasWorkspace() {
    return kind == Kind.MAX;
  }

  /** The descriptor of the forward direction for training. */
  long forward(OneDnn dnn, ProgramBuilder builder) {
    return builder.descriptor(
        dnn.api()
            .poolingForward
            .callMany(
                builder.resultAt(),
                dnn.engine(),
                DnnApi.FORWARD_TRAINING,
                kind.algorithm(),
                builder.layout(source()),
                builder.layout(result()),
                builder.dims(window.strides()),
                builder.dims(window.kernel()),
                builder.dims(window.gaps()),
                builder.dims(window.padLeft()),
                builder.dims(window.padRight()),
                builder.attributes()));
  }

  /** The descriptor of the backward direction. */
  long backward(OneDnn dnn, ProgramBuilder builder) {
    return builder.descriptor(
        dnn.api()
            .poolingBackward
            .callMany(
                builder.resultAt(),
                dnn.engine(),
                kind.algorithm(),
                builder.layout(source()),
                builder.layout(result()),
                builder.dims(window.strides()),
                builder.dims(window.kernel()),
                builder.dims(window.gaps()),
                builder.dims(window.padLeft()),
                builder.dims(window.padRight()),
                forward(dnn, builder),
                builder.attributes()));
  }
}

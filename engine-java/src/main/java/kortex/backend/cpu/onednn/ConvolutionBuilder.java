package kortex.backend.cpu.onednn;

/** What the three directions of a convolution have in common. */
final class ConvolutionBuilder {
  private final OneDnn dnn;
  private final ProgramBuilder builder;
  private final ConvolutionShape shape;
  private final boolean bias;
  private final long attributes;

  ConvolutionBuilder(OneDnn dnn, ProgramBuilder builder, ConvolutionShape shape, boolean bias) {
    this.dnn = dnn;
    this.builder = builder;
    this.shape = shape;
    this.bias = bias;
    this.attributes = builder.attributes();
  }

  /** The descriptor of the forward direction, which the backward ones want as a hint. */
  long forward() {
    return builder.descriptor(
        dnn.api()
            .convolutionForward
            .callMany(
                builder.resultAt(),
                dnn.engine(),
                DnnApi.FORWARD_TRAINING,
                DnnApi.CONVOLUTION_DIRECT,
                builder.anyLayout(shape.source()),
                builder.anyLayout(shape.weights()),
                biasLayout(),
                builder.anyLayout(shape.result()),
                builder.dims(shape.window().strides()),
                builder.dims(shape.window().gaps()),
                builder.dims(shape.window().padLeft()),
                builder.dims(shape.window().padRight()),
                attributes));
  }

  long backwardData() {
    return builder.descriptor(
        dnn.api()
            .convolutionBackwardData
            .callMany(
                builder.resultAt(),
                dnn.engine(),
                DnnApi.CONVOLUTION_DIRECT,
                builder.anyLayout(shape.source()),
                builder.anyLayout(shape.weights()),
                builder.anyLayout(shape.result()),
                builder.dims(shape.window().strides()),
                builder.dims(shape.window().gaps()),
                builder.dims(shape.window().padLeft()),
                builder.dims(shape.window().padRight()),
                forward(),
                attributes));
  }

  long backwardWeights() {
    return builder.descriptor(
        dnn.api()
            .convolutionBackwardWeights
            .callMany(
                builder.resultAt(),
                dnn.engine(),
                DnnApi.CONVOLUTION_DIRECT,
                builder.anyLayout(shape.source()),
                builder.anyLayout(shape.weights()),
                biasLayout(),
                builder.anyLayout(shape.result()),
                builder.dims(shape.window().strides()),
                builder.dims(shape.window().gaps()),
                builder.dims(shape.window().padLeft()),
                builder.dims(shape.window().padRight()),
                forward(),
                attributes));
  }

  private long biasLayout() {
    return bias ? builder.layout(shape.bias()) : 0;
  }
}

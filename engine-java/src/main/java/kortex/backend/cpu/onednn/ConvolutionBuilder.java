package kortex.backend.cpu.onednn;

import java.util.Optional;
import java.util.function.ToLongFunction;
import kortex.tensor.DeviceException;

/**
 * What the three directions of a convolution have in common. Images stay in the caller's layout:
 * oneDNN's kernels run on it about as fast as on its own blocked layouts, and reordering them would
 * cost more. Where there is no fast kernel for it, oneDNN chooses the layout.
 */
final class ConvolutionBuilder {
  /** Channels that fill a vector. */
  private static final int VECTOR = 16;

  private final OneDnn dnn;
  private final ProgramBuilder builder;
  private final ConvolutionShape shape;
  private final Elements elements;
  private final Epilogue epilogue;

  ConvolutionBuilder(
      OneDnn dnn,
      ProgramBuilder builder,
      ConvolutionShape shape,
      Elements elements,
      Epilogue epilogue) {
    this.dnn = dnn;
    this.builder = builder;
    this.shape = shape;
    this.elements = elements;
    this.epilogue = epilogue;
  }

  /** How images are laid out. */
  private interface Images extends ToLongFunction<TensorLayout> {}

  long forward() {
    return chosen(images -> forward(images, elements.result()));
  }

  /**
   * With channels first, oneDNN brings images to channels last inside, where gradients of few
   * channels take twice as long as in its blocked layouts with the reorders around them.
   */
  long backwardData() {
    boolean few = !shape.channelsLast() && shape.inChannels() < VECTOR;
    return few ? backwardData(builder::anyLayout) : chosen(this::backwardData);
  }

  long backwardWeights() {
    return chosen(this::backwardWeights);
  }

  private long chosen(ToLongFunction<Images> direction) {
    Optional<Long> plain = plain(direction);
    return plain.isPresent() ? plain.get() : direction.applyAsLong(builder::anyLayout);
  }

  private Optional<Long> plain(ToLongFunction<Images> direction) {
    try {
      long descriptor = direction.applyAsLong(builder::layout);
      String name = builder.implementation(descriptor);
      return name.contains("ref") || name.contains("gemm")
          ? Optional.empty()
          : Optional.of(descriptor);
    } catch (DeviceException notImplemented) {
      return Optional.empty();
    }
  }

  /** The descriptor of the forward direction, which the backward ones want as a hint. */
  private long forward(Images images, Element result) {
    return builder.descriptor(
        dnn.api()
            .convolutionForward
            .callMany(
                builder.resultAt(),
                dnn.engine(),
                DnnApi.FORWARD_TRAINING,
                DnnApi.CONVOLUTION_DIRECT,
                images.applyAsLong(elements.operand(shape.source())),
                builder.anyLayout(elements.operand(shape.weights())),
                biasLayout(),
                images.applyAsLong(shape.result().as(result)),
                builder.dims(shape.window().strides()),
                builder.dims(shape.window().gaps()),
                builder.dims(shape.window().padLeft()),
                builder.dims(shape.window().padRight()),
                epilogue.attributes(dnn, builder, shape.channels(), shape.result())));
  }

  private long backwardData(Images images) {
    return builder.descriptor(
        dnn.api()
            .convolutionBackwardData
            .callMany(
                builder.resultAt(),
                dnn.engine(),
                DnnApi.CONVOLUTION_DIRECT,
                images.applyAsLong(elements.result(shape.source())),
                builder.anyLayout(elements.operand(shape.weights())),
                images.applyAsLong(elements.operand(shape.result())),
                builder.dims(shape.window().strides()),
                builder.dims(shape.window().gaps()),
                builder.dims(shape.window().padLeft()),
                builder.dims(shape.window().padRight()),
                forward(images, elements.operands()),
                builder.attributes()));
  }

  private long backwardWeights(Images images) {
    return builder.descriptor(
        dnn.api()
            .convolutionBackwardWeights
            .callMany(
                builder.resultAt(),
                dnn.engine(),
                DnnApi.CONVOLUTION_DIRECT,
                images.applyAsLong(elements.operand(shape.source())),
                builder.anyLayout(elements.result(shape.weights())),
                biasLayout(),
                images.applyAsLong(elements.operand(shape.result())),
                builder.dims(shape.window().strides()),
                builder.dims(shape.window().gaps()),
                builder.dims(shape.window().padLeft()),
                builder.dims(shape.window().padRight()),
                forward(images, elements.operands()),
                builder.attributes()));
  }

  private long biasLayout() {
    return epilogue.hasPlainBias() ? builder.layout(shape.bias()) : 0;
  }
}

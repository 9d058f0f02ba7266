package kortex.backend.cpu.onednn;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The gradient of a convolution with respect to its weights and, if it has one, its bias. */
public final class ConvolutionBackwardWeights implements AutoCloseable {
  private final OneDnn dnn;
  private final Program program;
  private final Slot source;
  private final Slot resultGradient;
  private final Slot weightsGradient;
  private final Optional<Slot> biasGradient;

  private ConvolutionBackwardWeights(
      OneDnn dnn,
      ProgramBuilder builder,
      ConvolutionShape shape,
      Elements elements,
      boolean hasBias) {
    this.dnn = dnn;
    Epilogue epilogue = hasBias ? Epilogue.NONE.withBias() : Epilogue.NONE;
    builder.use(new ConvolutionBuilder(dnn, builder, shape, elements, epilogue).backwardWeights());
    this.source = builder.input("source", DnnApi.ARG_SRC, elements.operand(shape.source()));
    this.resultGradient =
        builder.input(
            "gradient of the result", DnnApi.ARG_DIFF_DST, elements.operand(shape.result()));
    this.weightsGradient =
        builder.output(
            "gradient of the weights", DnnApi.ARG_DIFF_WEIGHTS, elements.result(shape.weights()));
    this.biasGradient =
        hasBias
            ? Optional.of(
                builder.output("gradient of the bias", DnnApi.ARG_DIFF_BIAS, shape.bias()))
            : Optional.empty();
    this.program = builder.build();
  }

  /**
   * The gradient for the convolution of this shape.
   *
   * @param hasBias whether the gradient of the bias is wanted too
   * @throws kortex.tensor.DeviceException if oneDNN has no kernel for it
   */
  public static ConvolutionBackwardWeights create(
      OneDnn dnn, ConvolutionShape shape, Elements elements, boolean hasBias) {
    String what = "gradient by the weights of convolution " + shape + elements;
    try (ProgramBuilder builder = new ProgramBuilder(dnn, what)) {
      return new ConvolutionBackwardWeights(dnn, builder, shape, elements, hasBias);
    }
  }

  /** Computes the gradient of the weights, for a convolution without bias. */
  public void execute(
      MemorySegment source, MemorySegment resultGradient, MemorySegment weightsGradient) {
    if (biasGradient.isPresent()) {
      throw new IllegalArgumentException(program.what() + " needs memory for the bias");
    }
    synchronized (dnn.workspace()) {
      this.source.bind(source);
      this.resultGradient.bind(resultGradient);
      this.weightsGradient.bind(weightsGradient);
      program.run();
    }
  }

  /** Computes the gradients of weights and bias, for a convolution with bias. */
  public void execute(
      MemorySegment source,
      MemorySegment resultGradient,
      MemorySegment weightsGradient,
      MemorySegment biasGradient) {
    Slot biasSlot =
        this.biasGradient.orElseThrow(
            () -> new IllegalArgumentException(program.what() + " has no bias"));
    synchronized (dnn.workspace()) {
      this.source.bind(source);
      this.resultGradient.bind(resultGradient);
      this.weightsGradient.bind(weightsGradient);
      biasSlot.bind(biasGradient);
      program.run();
    }
  }

  /** An execution on buffers of a plan, for a convolution without bias. */
  public LibraryCall call(int source, int resultGradient, int weightsGradient) {
    return new LibraryCall(
        program,
        new LibraryCall.Argument(this.source, source),
        new LibraryCall.Argument(this.resultGradient, resultGradient),
        new LibraryCall.Argument(this.weightsGradient, weightsGradient));
  }

  /** The name of the kernel that oneDNN chose. */
  public String implementation() {
    return program.implementation();
  }

  @Override
  public void close() {
    program.close();
  }
}

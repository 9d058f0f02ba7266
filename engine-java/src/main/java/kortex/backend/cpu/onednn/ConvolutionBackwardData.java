package kortex.backend.cpu.onednn;

import java.lang.foreign.MemorySegment;

/** The gradient of a convolution with respect to its input. */
public final class ConvolutionBackwardData implements AutoCloseable {
  private final OneDnn dnn;
  private final Program program;
  private final Slot resultGradient;
  private final Slot weights;
  private final Slot sourceGradient;

  private ConvolutionBackwardData(
      OneDnn dnn, ProgramBuilder builder, ConvolutionShape shape, Elements elements) {
    this.dnn = dnn;
    builder.use(
        new ConvolutionBuilder(dnn, builder, shape, elements, Epilogue.NONE).backwardData());
    this.resultGradient =
        builder.input(
            "gradient of the result", DnnApi.ARG_DIFF_DST, elements.operand(shape.result()));
    this.weights = builder.input("weights", DnnApi.ARG_WEIGHTS, elements.operand(shape.weights()));
    this.sourceGradient =
        builder.output(
            "gradient of the source", DnnApi.ARG_DIFF_SRC, elements.result(shape.source()));
    this.program = builder.build();
  }

  /**
   * The gradient for the convolution of this shape.
   *
   * @throws kortex.tensor.DeviceException if oneDNN has no kernel for it
   */
  public static ConvolutionBackwardData create(
      OneDnn dnn, ConvolutionShape shape, Elements elements) {
    String what = "gradient by the input of convolution " + shape + elements;
    try (ProgramBuilder builder = new ProgramBuilder(dnn, what)) {
      return new ConvolutionBackwardData(dnn, builder, shape, elements);
    }
  }

  /** Computes the gradient of the source. */
  public void execute(
      MemorySegment resultGradient, MemorySegment weights, MemorySegment sourceGradient) {
    synchronized (dnn.workspace()) {
      this.resultGradient.bind(resultGradient);
      this.weights.bind(weights);
      this.sourceGradient.bind(sourceGradient);
      program.run();
    }
  }

  /** An execution on buffers of a plan. */
  public LibraryCall call(int resultGradient, int weights, int sourceGradient) {
    return new LibraryCall(
        program,
        new LibraryCall.Argument(this.resultGradient, resultGradient),
        new LibraryCall.Argument(this.weights, weights),
        new LibraryCall.Argument(this.sourceGradient, sourceGradient));
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

package kortex.backend.cpu.onednn;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** A convolution of f32 tensors, with or without a bias per output channel. */
public final class ConvolutionForward implements AutoCloseable {
  private final OneDnn dnn;
  private final Program program;
  private final Slot source;
  private final Slot weights;
  private final Slot result;
  private final Optional<Slot> bias;

  private ConvolutionForward(
      OneDnn dnn, ProgramBuilder builder, ConvolutionShape shape, boolean hasBias) {
    this.dnn = dnn;
    builder.use(new ConvolutionBuilder(dnn, builder, shape, hasBias).forward());
    this.source = builder.input("source", DnnApi.ARG_SRC, shape.source());
    this.weights = builder.input("weights", DnnApi.ARG_WEIGHTS, shape.weights());
    this.bias =
        hasBias
            ? Optional.of(builder.input("bias", DnnApi.ARG_BIAS, shape.bias()))
            : Optional.empty();
    this.result = builder.output("result", DnnApi.ARG_DST, shape.result());
    this.program = builder.build();
  }

  /**
   * A convolution of this shape.
   *
   * @throws kortex.tensor.DeviceException if oneDNN has no kernel for it
   */
  public static ConvolutionForward create(OneDnn dnn, ConvolutionShape shape, boolean hasBias) {
    try (ProgramBuilder builder = new ProgramBuilder(dnn, "convolution " + shape)) {
      return new ConvolutionForward(dnn, builder, shape, hasBias);
    }
  }

  /** Computes the result, for a convolution without bias. */
  public void execute(MemorySegment source, MemorySegment weights, MemorySegment result) {
    if (bias.isPresent()) {
      throw new IllegalArgumentException(program.what() + " needs a bias");
    }
    synchronized (dnn.workspace()) {
      this.source.bind(source);
      this.weights.bind(weights);
      this.result.bind(result);
      program.run();
    }
  }

  /** Computes the result, for a convolution with bias. */
  public void execute(
      MemorySegment source, MemorySegment weights, MemorySegment bias, MemorySegment result) {
    Slot biasSlot =
        this.bias.orElseThrow(() -> new IllegalArgumentException(program.what() + " has no bias"));
    synchronized (dnn.workspace()) {
      this.source.bind(source);
      this.weights.bind(weights);
      biasSlot.bind(bias);
      this.result.bind(result);
      program.run();
    }
  }

  /** An execution on buffers of a plan, for a convolution without bias. */
  public LibraryCall call(int source, int weights, int result) {
    return new LibraryCall(
        program,
        new LibraryCall.Argument(this.source, source),
        new LibraryCall.Argument(this.weights, weights),
        new LibraryCall.Argument(this.result, result));
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

package kortex.backend.cpu.onednn;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The convolution act((conv(x, w) [− centre) · scale] [+ bias] [+ R]); centre, scale and bias have
 * a number for each output channel. Source and weights are f32, or both bf16; all else that is read
 * is f32.
 */
public final class ConvolutionForward implements AutoCloseable {
  private final OneDnn dnn;
  private final Program program;
  private final Slot source;
  private final Slot weights;
  private final Slot result;
  private final List<Slot> slots;

  private ConvolutionForward(
      OneDnn dnn,
      ProgramBuilder builder,
      ConvolutionShape shape,
      Elements elements,
      Epilogue epilogue) {
    this.dnn = dnn;
    builder.use(new ConvolutionBuilder(dnn, builder, shape, elements, epilogue).forward());
    this.source = builder.input("source", DnnApi.ARG_SRC, elements.operand(shape.source()));
    this.weights = builder.input("weights", DnnApi.ARG_WEIGHTS, elements.operand(shape.weights()));
    this.slots = epilogue.slots(builder, shape.bias(), shape.channels(), shape.result());
    this.result = builder.output("result", DnnApi.ARG_DST, elements.result(shape.result()));
    this.program = builder.build();
  }

  /**
   * A convolution of this shape.
   *
   * @throws kortex.tensor.DeviceException if oneDNN has no kernel for it
   */
  public static ConvolutionForward create(
      OneDnn dnn, ConvolutionShape shape, Elements elements, Epilogue epilogue) {
    String what = "convolution " + shape + elements;
    try (ProgramBuilder builder = new ProgramBuilder(dnn, what)) {
      return new ConvolutionForward(dnn, builder, shape, elements, epilogue);
    }
  }

  /**
   * Computes the result.
   *
   * @param extras centre, scale, bias and residual, as far as the epilogue has them, in this order
   */
  public void execute(
      MemorySegment source,
      MemorySegment weights,
      List<MemorySegment> extras,
      MemorySegment result) {
    Slot.requireAll(program.what(), extras.size(), slots);
    synchronized (dnn.workspace()) {
      this.source.bind(source);
      this.weights.bind(weights);
      for (int i = 0; i < slots.size(); i++) {
        slots.get(i).bind(extras.get(i));
      }
      this.result.bind(result);
      program.run();
    }
  }

  /**
   * An execution on buffers of a plan.
   *
   * @param extras centre, scale, bias and residual, as far as the epilogue has them, in this order
   */
  public LibraryCall call(int source, int weights, List<Integer> extras, int result) {
    List<LibraryCall.Argument> arguments = new ArrayList<>();
    arguments.add(new LibraryCall.Argument(this.source, source));
    arguments.add(new LibraryCall.Argument(this.weights, weights));
    Slot.requireAll(program.what(), extras.size(), slots);
    for (int i = 0; i < slots.size(); i++) {
      arguments.add(new LibraryCall.Argument(slots.get(i), extras.get(i)));
    }
    arguments.add(new LibraryCall.Argument(this.result, result));
    return new LibraryCall(program, arguments);
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

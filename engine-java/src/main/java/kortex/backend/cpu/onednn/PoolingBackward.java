package kortex.backend.cpu.onednn;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The gradient of a pooling with respect to its input. */
public final class PoolingBackward implements AutoCloseable {
  private final OneDnn dnn;
  private final Program program;
  private final Slot resultGradient;
  private final Slot sourceGradient;
  private final Optional<Slot> workspace;

  private PoolingBackward(OneDnn dnn, ProgramBuilder builder, PoolingShape shape) {
    this.dnn = dnn;
    builder.use(shape.backward(dnn, builder));
    this.resultGradient =
        builder.input("gradient of the result", DnnApi.ARG_DIFF_DST, shape.result());
    this.sourceGradient =
        builder.output("gradient of the source", DnnApi.ARG_DIFF_SRC, shape.source());
    this.workspace =
        shape.hasWorkspace() ? Optional.of(builder.workspace(false)) : Optional.empty();
    this.program = builder.build();
  }

  /**
   * The gradient for the pooling of this shape.
   *
   * @throws kortex.tensor.DeviceException if oneDNN has no kernel for it
   */
  public static PoolingBackward create(OneDnn dnn, PoolingShape shape) {
    String what = "gradient of pooling " + shape;
    try (ProgramBuilder builder = new ProgramBuilder(dnn, what)) {
      return new PoolingBackward(dnn, builder, shape);
    }
  }

  /** The size of the workspace: 0 for averages. */
  public long workspaceBytes() {
    return workspace.map(Slot::bytes).orElse(0L);
  }

  /**
   * Computes the gradient of the source.
   *
   * @param workspace what {@link PoolingForward#execute} wrote; {@link MemorySegment#NULL} for
   *     averages
   */
  public void execute(
      MemorySegment resultGradient, MemorySegment sourceGradient, MemorySegment workspace) {
    synchronized (dnn.workspace()) {
      this.resultGradient.bind(resultGradient);
      this.sourceGradient.bind(sourceGradient);
      if (this.workspace.isPresent()) {
        this.workspace.get().bind(workspace);
      }
      program.run();
    }
  }

  /** An execution on buffers of a plan, with the notes of the forward direction if it made some. */
  public LibraryCall call(int resultGradient, int sourceGradient, MemorySegment workspace) {
    this.workspace.ifPresent(slot -> slot.bind(workspace));
    return new LibraryCall(
        program,
        new LibraryCall.Argument(this.resultGradient, resultGradient),
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

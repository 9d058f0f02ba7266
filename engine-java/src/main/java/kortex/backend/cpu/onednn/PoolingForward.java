package kortex.backend.cpu.onednn;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Max or average pooling of an f32 tensor. Max pooling leaves notes on where each maximum was in a
 * workspace of {@link #workspaceBytes}, for {@link PoolingBackward} of the same shape.
 */
public final class PoolingForward implements AutoCloseable {
  private final OneDnn dnn;
  private final Program program;
  private final Slot source;
  private final Slot result;
  private final Optional<Slot> workspace;

  private PoolingForward(OneDnn dnn, ProgramBuilder builder, PoolingShape shape) {
    this.dnn = dnn;
    builder.use(shape.forward(dnn, builder));
    this.source = builder.input("source", DnnApi.ARG_SRC, shape.source());
    this.result = builder.output("result", DnnApi.ARG_DST, shape.result());
    this.workspace = shape.hasWorkspace() ? Optional.of(builder.workspace(true)) : Optional.empty();
    this.program = builder.build();
  }

  /**
   * A pooling of this shape.
   *
   * @throws kortex.tensor.DeviceException if oneDNN has no kernel for it
   */
  public static PoolingForward create(OneDnn dnn, PoolingShape shape) {
    try (ProgramBuilder builder = new ProgramBuilder(dnn, "pooling " + shape)) {
      return new PoolingForward(dnn, builder, shape);
    }
  }

  /** The size of the workspace: 0 for averages. */
  public long workspaceBytes() {
    return workspace.map(Slot::bytes).orElse(0L);
  }

  /**
   * Computes the result.
   *
   * @param workspace written by max pooling; {@link MemorySegment#NULL} for averages
   */
  public void execute(MemorySegment source, MemorySegment result, MemorySegment workspace) {
    synchronized (dnn.workspace()) {
      this.source.bind(source);
      this.result.bind(result);
      if (this.workspace.isPresent()) {
        this.workspace.get().bind(workspace);
      }
      program.run();
    }
  }

  /** An execution on buffers of a plan; notes, if it makes some, go to {@code workspace}. */
  public LibraryCall call(int source, int result, MemorySegment workspace) {
    this.workspace.ifPresent(slot -> slot.bind(workspace));
    return new LibraryCall(
        program,
        new LibraryCall.Argument(this.source, source),
        new LibraryCall.Argument(this.result, result));
  }

  /** As {@link #call(int, int, MemorySegment)}, of which only the notes are wanted. */
  public LibraryCall call(int source, MemorySegment result, MemorySegment workspace) {
    this.workspace.ifPresent(slot -> slot.bind(workspace));
    this.result.bind(result);
    return new LibraryCall(program, new LibraryCall.Argument(this.source, source));
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

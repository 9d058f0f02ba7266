package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import kortex.backend.Memory;
import kortex.backend.Program;
import kortex.plan.Plan;
import kortex.tensor.DeviceException;

/** A compiled plan: steps that find their buffers, and run. */
final class CpuProgram implements Program {
  /** A step ready to run. */
  interface NativeStep {
    /** Learns where the buffers are; called again when a leaf has moved. */
    void bind(List<MemorySegment> buffers);

    /** Runs on the buffers bound last. */
    void run();
  }

  /** The steps of a plan, and the memory of its buffers. */
  static final class Steps {
    private final Plan plan;
    private final MemorySegment arena;
    private final List<NativeStep> list = new ArrayList<>();

    Steps(Plan plan, MemorySegment arena) {
      this.plan = plan;
      this.arena = arena;
    }

    void add(NativeStep step) {
      list.add(step);
    }
  }

  /** Copies one buffer to another. */
  static final class Copy implements NativeStep {
    private final int fromId;
    private final int toId;
    private MemorySegment from = MemorySegment.NULL;
    private MemorySegment to = MemorySegment.NULL;

    Copy(int fromId, int toId) {
      this.fromId = fromId;
      this.toId = toId;
    }

    @Override
    public void bind(List<MemorySegment> buffers) {
      from = buffers.get(fromId);
      to = buffers.get(toId);
    }

    @Override
    public void run() {
      to.copyFrom(from);
    }
  }

  private final Steps steps;
  private final NativeStep[] list;
  private final List<AutoCloseable> owned;
  private List<Memory> bound = List.of();
  private boolean first = true;
  private boolean closed;

  CpuProgram(Plan plan, Steps steps, List<AutoCloseable> owned) {
    this.steps = steps;
    this.list = steps.list.toArray(new NativeStep[0]);
    this.owned = owned;
  }

  @Override
  public void run(List<Memory> leaves) {
    requireOpen();
    if (first || !leaves.equals(bound)) {
      bind(leaves);
    }
    for (NativeStep step : list) {
      step.run();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the program was closed");
    }
  }

  private void bind(List<Memory> leaves) {
    List<MemorySegment> buffers = new ArrayList<>();
    for (Plan.Buffer buffer : steps.plan.buffers()) {
      long bytes = buffer.type().bytes();
      buffers.add(
          switch (buffer.place()) {
            case Plan.InLeaf at -> ((CpuMemory) leaves.get(at.leaf())).data().asSlice(0, bytes);
            case Plan.InArena at -> steps.arena.asSlice(at.offset(), bytes);
          });
    }
    for (NativeStep step : list) {
      step.bind(buffers);
    }
    bound = List.copyOf(leaves);
    first = false;
  }

  @Override
  public void read(int output, MemorySegment destination) {
    requireOpen();
    Plan.Buffer buffer = steps.plan.buffers().get(steps.plan.outputs().get(output));
    if (!(buffer.place() instanceof Plan.InArena at)) {
      throw new IllegalStateException("output " + output + " is not in the arena");
    }
    destination.copyFrom(steps.arena.asSlice(at.offset(), buffer.type().bytes()));
  }

  @Override
  public void close() {
    closed = true;
    closeAll(owned);
  }

  /**
   * Gives everything back, last first, whatever fails on the way; then throws the first failure.
   */
  static void closeAll(List<AutoCloseable> owned) {
    List<Exception> failures = new ArrayList<>();
    for (AutoCloseable resource : owned.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    owned.clear();
    if (!failures.isEmpty()) {
      throw new DeviceException(
          "cannot give back memory of a plan: " + failures,
          "Report this as a bug.",
          failures.getFirst());
    }
  }
}

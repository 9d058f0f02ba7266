package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import kortex.backend.Memory;
import kortex.backend.NativeMemory;
import kortex.backend.Program;
import kortex.backend.Repeat;
import kortex.plan.Plan;
import kortex.tensor.DeviceException;

/** A compiled plan: steps that find their buffers, and run. */
final class CpuProgram implements Program {
  private final CpuSteps steps;
  private final MemorySegment arena;
  private final List<AutoCloseable> owned;

  /** The leaves that the plan replaces. */
  private final int[] updated;

  private List<Memory> bound = List.of();
  private boolean stale = true;
  private boolean closed;

  CpuProgram(CpuSteps steps, MemorySegment arena, List<AutoCloseable> owned) {
    this.steps = steps;
    this.arena = arena;
    this.owned = owned;
    this.updated = steps.plan().updated().stream().mapToInt(i -> i).toArray();
  }

  @Override
  public void run(List<Memory> leaves) {
    bind(leaves);
    try {
      steps.run();
    } finally {
      written();
    }
  }

  @Override
  public void run(List<Memory> leaves, long[] nanos) {
    bind(leaves);
    try {
      steps.run(nanos);
    } finally {
      written();
    }
  }

  private void written() {
    for (int leaf : updated) {
      ((NativeMemory) bound.get(leaf)).written();
    }
  }

  @Override
  public void run(List<Memory> leaves, Repeat repeat) {
    if (repeat.times() == 1 || !steps.canRepeat(repeat.sliced())) {
      Program.super.run(leaves, repeat);
      return;
    }
    bind(leaves);
    List<Memory> collected = repeat.collected().stream().map(Repeat.Collected::memory).toList();
    try {
      steps.run(repeat.times(), repeat.sliced(), data(leaves), arena, data(collected));
    } finally {
      stale = true;
      written();
    }
  }

  @Override
  public Plan plan() {
    return steps.plan();
  }

  private static List<MemorySegment> data(List<Memory> memories) {
    return memories.stream().map(m -> ((NativeMemory) m).data()).toList();
  }

  private void bind(List<Memory> leaves) {
    requireOpen();
    if (stale || !leaves.equals(bound)) {
      steps.bind(data(leaves), arena);
      bound = List.copyOf(leaves);
      stale = false;
    }
    steps.prepare(bound);
  }

  @Override
  public int reached() {
    return steps.reached();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the program was closed");
    }
  }

  @Override
  public void read(int output, MemorySegment destination) {
    requireOpen();
    Plan plan = steps.plan();
    Plan.Buffer buffer = plan.buffers().get(plan.outputs().get(output));
    if (!(buffer.place() instanceof Plan.InArena at)) {
      throw new IllegalStateException("output " + output + " is not in the arena");
    }
    destination.copyFrom(arena.asSlice(at.offset(), buffer.type().bytes()));
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

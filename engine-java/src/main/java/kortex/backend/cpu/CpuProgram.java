package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.backend.Memory;
import kortex.backend.NativeMemory;
import kortex.backend.Program;
import kortex.backend.Repeat;
import kortex.plan.Plan;
import kortex.tensor.DeviceException;

/**
 * A compiled plan: steps that find their buffers, and run. Its intermediate values are in an arena
 * of its own, or in the common one while it runs; then its outputs are copied out of there.
 */
final class CpuProgram implements Program {
  private final CpuSteps steps;
  private final Optional<CommonArena> common;

  /** The arena, or else the outputs, one behind the other. */
  private final NativeMemory own;

  private final List<AutoCloseable> owned;

  /** The leaves that the plan replaces. */
  private final int[] updated;

  /** Where intermediate values are. */
  private NativeMemory arena;

  private List<Memory> bound = List.of();
  private boolean stale = true;
  private boolean closed;

  CpuProgram(
      CpuSteps steps, Optional<CommonArena> common, NativeMemory own, List<AutoCloseable> owned) {
    this.steps = steps;
    this.common = common;
    this.own = own;
    this.arena = own;
    this.owned = owned;
    this.updated = steps.plan().updated().stream().mapToInt(i -> i).toArray();
  }

  @Override
  public Plan plan() {
    return steps.plan();
  }

  @Override
  public void run(List<Memory> leaves) {
    run(leaves, steps::run);
  }

  @Override
  public void run(List<Memory> leaves, long[] nanos) {
    run(leaves, () -> steps.run(nanos));
  }

  @Override
  public void run(List<Memory> leaves, Repeat repeat) {
    if (repeat.times() == 1 || !steps.canRepeat(repeat.sliced())) {
      Program.super.run(leaves, repeat);
      return;
    }
    List<Memory> collected = repeat.collected().stream().map(Repeat.Collected::memory).toList();
    run(
        leaves,
        () -> {
          try {
            steps.run(repeat.times(), repeat.sliced(), data(leaves), arena.data(), data(collected));
          } finally {
            stale = true;
          }
        });
  }

  private void run(List<Memory> leaves, Runnable how) {
    own.use();
    if (common.isEmpty()) {
      bind(leaves, own);
      runBound(how);
      return;
    }
    synchronized (common.get()) {
      bind(leaves, common.get().memory(steps.plan().arenaBytes()));
      runBound(how);
      long at = 0;
      for (int output : steps.plan().outputs()) {
        MemorySegment value = inArena(output);
        MemorySegment.copy(value, 0, own.data(), at, value.byteSize());
        at += value.byteSize();
      }
    }
  }

  private void runBound(Runnable how) {
    try {
      how.run();
    } finally {
      for (int leaf : updated) {
        ((NativeMemory) bound.get(leaf)).written();
      }
    }
  }

  private static List<MemorySegment> data(List<Memory> memories) {
    return memories.stream().map(m -> ((NativeMemory) m).data()).toList();
  }

  private void bind(List<Memory> leaves, NativeMemory place) {
    requireOpen();
    // The same object: other memory may lie at the same address.
    if (stale || place != arena || !leaves.equals(bound)) {
      leaves.forEach(memory -> ((NativeMemory) memory).use());
      steps.bind(data(leaves), place.data());
      bound = List.copyOf(leaves);
      stale = false;
    }
    arena = place;
    steps.prepare(bound);
  }

  private MemorySegment inArena(int buffer) {
    Plan.Buffer value = steps.plan().buffers().get(buffer);
    if (!(value.place() instanceof Plan.InArena at)) {
      throw new IllegalStateException("output " + buffer + " is not in the arena");
    }
    return arena.data().asSlice(at.offset(), value.type().bytes());
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
    List<Integer> outputs = steps.plan().outputs();
    if (common.isEmpty()) {
      destination.copyFrom(inArena(outputs.get(output)));
      return;
    }
    long at = 0;
    for (int before : outputs.subList(0, output)) {
      at += steps.plan().buffers().get(before).type().bytes();
    }
    long bytes = steps.plan().buffers().get(outputs.get(output)).type().bytes();
    destination.copyFrom(own.data().asSlice(at, bytes));
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

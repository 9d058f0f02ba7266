package kortex.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import kortex.backend.cpu.threads.ParallelRunner;
import kortex.plan.Plan;

/** Calls one compiled kernel over all of its pieces. */
final class KernelCall implements CpuProgram.NativeStep {
  /** Scalar operations worth a thread: some twenty microseconds when vectorised. */
  private static final long WORK_PER_THREAD = 1 << 19;

  /** Parts of long ranges begin on a cache line, whatever the dtype. */
  private static final long LINE = 64;

  private final Plan.KernelStep step;
  private final MemorySegment code;
  private final MemorySegment table;
  private final ParallelRunner runner;
  private final long grain;
  private final long align;

  private KernelCall(
      Plan.KernelStep step, MemorySegment code, MemorySegment table, ParallelRunner runner) {
    this.step = step;
    this.code = code;
    this.table = table;
    this.runner = runner;
    this.grain = Math.max(1, WORK_PER_THREAD / step.kernel().work());
    this.align = step.kernel().extent() >= 16 * LINE ? LINE : 1;
  }

  /** The table of addresses is made in {@code tables}, which the program owns. */
  static KernelCall of(
      Plan.KernelStep step, MemorySegment code, ParallelRunner runner, Arena tables) {
    MemorySegment table = tables.allocate(ValueLayout.ADDRESS, Math.max(1, step.params().size()));
    return new KernelCall(step, code, table, runner);
  }

  @Override
  public void bind(List<MemorySegment> buffers) {
    for (int i = 0; i < step.params().size(); i++) {
      table.setAtIndex(ValueLayout.ADDRESS, i, buffers.get(step.params().get(i)));
    }
  }

  @Override
  public void run() {
    runner.run(code, table, step.kernel().extent(), grain, align);
  }
}

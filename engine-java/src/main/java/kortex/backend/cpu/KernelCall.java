package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import kortex.backend.cpu.calls.CallList;
import kortex.plan.Plan;

/** Calls one compiled kernel over all of its pieces. */
record KernelCall(Plan.KernelStep step, MemorySegment code) implements CpuStep.Native {
  /** Scalar operations worth a thread: some twenty microseconds when vectorised. */
  private static final long WORK_PER_THREAD = 1 << 19;

  /** Parts of long ranges begin on a cache line, whatever the dtype. */
  private static final long LINE = 64;

  @Override
  public void enlist(CallList calls) {
    long extent = step.kernel().extent();
    long grain = Math.max(1, WORK_PER_THREAD / step.kernel().work());
    long align = extent >= 16 * LINE ? LINE : 1;
    int threads = extent / 2 < grain ? 1 : calls.allThreads();
    calls.kernel(code, step.params(), extent, align, threads);
  }
}

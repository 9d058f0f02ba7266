package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.backend.cpu.calls.CallList;
import kortex.plan.Plan;

/** Calls one compiled kernel over all of its pieces. */
record KernelCall(Plan.KernelStep step, MemorySegment code) implements CpuStep.Native {
  /**
   * Scalar operations worth a thread: some five microseconds when vectorised, five times a call.
   */
  private static final long WORK_PER_THREAD = 1 << 17;

  /** Parts of long ranges begin on a cache line, whatever the dtype. */
  private static final long LINE = 64;

  @Override
  public void enlist(CallList calls) {
    boolean all = step.kernel().extent() > 1 && isWorthAll(work());
    calls.kernel(ranged(), all ? calls.allThreads() : 1);
  }

  /** Whether kernels that don't wait for one another are worth all threads together. */
  static boolean isOnePass(CallList calls, List<KernelCall> kernels) {
    return calls.allThreads() > 1 && isWorthAll(kernels.stream().mapToLong(KernelCall::work).sum());
  }

  /** Adds kernels that don't wait for one another, as one call on all threads. */
  static void enlist(CallList calls, List<KernelCall> kernels) {
    calls.pass(kernels.stream().map(KernelCall::ranged).toList(), calls.allThreads());
  }

  private static boolean isWorthAll(long work) {
    return work / 2 >= WORK_PER_THREAD;
  }

  private long work() {
    return step.kernel().extent() * step.kernel().work();
  }

  private CallList.Ranged ranged() {
    long extent = step.kernel().extent();
    long align = extent >= 16 * LINE ? LINE : 1;
    return new CallList.Ranged(code, step.params(), List.of(), extent, align);
  }
}

package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.backend.cpu.calls.CallList;
import kortex.plan.Plan;

/**
 * Calls generated code for a product.
 *
 * @param pieces parts of the result, which threads may share
 * @param scratch memory for the time of the call
 */
record ProductCall(
    Plan.OpStep step, long pieces, double flops, MemorySegment code, MemorySegment scratch)
    implements CpuStep.Native {
  /** From some twenty microseconds on a second thread is worth being waited for. */
  private static final double WORTH_ALL = 1 << 22;

  @Override
  public void enlist(CallList calls) {
    List<Integer> params =
        List.of(step.inputs().get(0), step.inputs().get(1), step.outputs().getFirst());
    boolean all = flops >= WORTH_ALL && pieces > 1;
    calls.kernel(code, params, List.of(scratch), pieces, 1, all ? calls.allThreads() : 1);
  }
}

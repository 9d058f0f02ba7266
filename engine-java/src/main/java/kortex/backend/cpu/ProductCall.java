package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import kortex.backend.cpu.calls.CallList;
import kortex.plan.Plan;

/**
 * Calls generated code for a product.
 *
 * @param pieces parts of the result, which threads may share
 * @param work about how many floating-point operations would take as long
 * @param scratch memory for the time of the call
 */
record ProductCall(
    Plan.OpStep step, long pieces, double work, MemorySegment code, MemorySegment scratch)
    implements CpuStep.Native {
  /** From some ten microseconds on a second thread is worth being waited for. */
  private static final double WORTH_ALL = 1 << 21;

  @Override
  public void enlist(CallList calls) {
    List<Integer> params = new ArrayList<>(step.inputs());
    params.add(step.outputs().getFirst());
    boolean all = work >= WORTH_ALL && pieces > 1;
    calls.kernel(code, params, List.of(scratch), pieces, 1, all ? calls.allThreads() : 1);
  }
}

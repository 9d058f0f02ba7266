package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import kortex.backend.cpu.calls.CallList;
import kortex.backend.cpu.emit.AttentionPass;
import kortex.plan.Plan;

/**
 * Calls generated code for a pass of attention.
 *
 * @param sum adds up the parts of a backward pass in parts, if it is one
 * @param workers scratch memory for as many workers as there are threads
 * @param parts memory for sums
 */
record AttentionCall(
    Plan.OpStep step,
    AttentionPass pass,
    MemorySegment code,
    MemorySegment sum,
    MemorySegment workers,
    MemorySegment parts)
    implements CpuStep.Native {
  /** From some twenty microseconds on a second thread is worth being waited for. */
  private static final double WORTH_ALL = 1 << 22;

  @Override
  public void enlist(CallList calls) {
    List<Integer> params = new ArrayList<>(step.inputs());
    params.addAll(step.outputs());
    int all = calls.allThreads();
    int threads = pass.flops() >= WORTH_ALL ? all : 1;
    calls.kernel(code, params, List.of(workers, parts), all, 1, threads);
    // The gradients of keys and values are the last two.
    if (pass.inParts()) {
      List<Integer> gradients = step.outputs().subList(1, 3);
      calls.kernel(sum, gradients, List.of(parts), pass.sums(), 1, threads);
    }
  }
}

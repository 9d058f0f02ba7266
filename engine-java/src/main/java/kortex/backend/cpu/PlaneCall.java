package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import kortex.backend.cpu.calls.CallList;
import kortex.backend.cpu.emit.Planes;
import kortex.plan.Plan;

/**
 * Calls generated code for a convolution of planes.
 *
 * @param add adds up what the pieces of a gradient leave, if there are some
 * @param scratch memory for the time of the call
 */
record PlaneCall(
    Plan.OpStep step, Planes planes, MemorySegment code, MemorySegment add, MemorySegment scratch)
    implements CpuStep.Native {
  /** From some five microseconds on a second thread is worth being waited for. */
  private static final double WORTH_ALL = 1 << 20;

  @Override
  public void enlist(CallList calls) {
    int pieces = planes.pieces();
    int threads = planes.flops() >= WORTH_ALL && pieces > 1 ? calls.allThreads() : 1;
    int out = step.outputs().getFirst();
    List<Integer> params = new ArrayList<>(step.inputs());
    if (planes.result() == Planes.Result.WEIGHT_GRADIENT) {
      calls.kernel(code, params, List.of(scratch), pieces, 1, threads);
      calls.kernel(add, List.of(out), List.of(scratch), 1, 1, 1);
      return;
    }
    params.add(out);
    calls.kernel(code, params, pieces, 1, threads);
  }
}

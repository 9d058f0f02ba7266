package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.backend.cpu.calls.CallList;
import kortex.backend.cpu.emit.Filter;
import kortex.plan.Plan;

/**
 * Calls generated code for a convolution.
 *
 * @param pieces parts of the result, which threads may share
 * @param pack rearranges the weights
 * @param packed the rearranged weights
 * @param leaf the stored value that the weights are, if the plan does not change it: then they are
 *     rearranged when somebody else has
 */
record FilterCall(
    Plan.OpStep step,
    Filter filter,
    int pieces,
    MemorySegment code,
    MemorySegment pack,
    MemorySegment packed,
    Optional<Integer> leaf)
    implements CpuStep.Native {
  /** From some five microseconds on a second thread is worth being waited for. */
  private static final double WORTH_ALL = 1 << 20;

  @Override
  public void enlist(CallList calls) {
    if (leaf.isEmpty()) {
      rearrange(calls);
    }
    List<Integer> params = new ArrayList<>(step.inputs());
    params.remove(1);
    params.add(step.outputs().getFirst());
    boolean all = filter.flops() >= WORTH_ALL && pieces > 1;
    calls.kernel(code, params, List.of(packed), pieces, 1, all ? calls.allThreads() : 1);
  }

  /** Adds the call that rearranges the weights. */
  void rearrange(CallList calls) {
    int taps = filter.kernelHeight() * filter.kernelWidth();
    calls.kernel(pack, List.of(step.inputs().get(1)), List.of(packed), taps, 1, 1);
  }
}

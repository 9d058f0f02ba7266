package kortex.backend.cpu;

import java.util.List;
import kortex.backend.cpu.calls.CallList;
import kortex.plan.Plan;

/** Runs the steps of one of two branches without Java. */
record NativeBranch(Plan.BranchStep step, List<CpuStep.Native> then, List<CpuStep.Native> otherwise)
    implements CpuStep.Native {
  @Override
  public void settle() {
    then.forEach(CpuStep.Native::settle);
    otherwise.forEach(CpuStep.Native::settle);
  }

  @Override
  public void enlist(CallList calls) {
    CallList first = calls.body();
    Enlisting.all(first, step.then(), then);
    CallList second = calls.body();
    Enlisting.all(second, step.otherwise(), otherwise);
    calls.branch(
        step.inputs().getFirst(),
        first,
        id -> place(step.then(), id),
        second,
        id -> place(step.otherwise(), id));
  }

  private CallList.Placed place(Plan plan, int buffer) {
    return switch (plan.buffers().get(buffer).place()) {
      case Plan.InArena at -> new CallList.At(step.scratch(), at.offset());
      case Plan.InLeaf at -> new CallList.At(step.leaves().get(at.leaf()), 0);
    };
  }
}

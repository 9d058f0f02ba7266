package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import kortex.plan.Plan;

/** Runs the steps of one of two branches of which one needs Java. */
final class BranchCall implements CpuStep.InJava {
  private final Plan.BranchStep step;
  private final CpuSteps then;
  private final CpuSteps otherwise;
  private MemorySegment predicate = MemorySegment.NULL;

  BranchCall(Plan.BranchStep step, CpuSteps then, CpuSteps otherwise) {
    this.step = step;
    this.then = then;
    this.otherwise = otherwise;
  }

  @Override
  public void bind(List<MemorySegment> buffers) {
    predicate = buffers.get(step.inputs().getFirst());
    List<MemorySegment> leaves = step.leaves().stream().map(buffers::get).toList();
    then.bind(leaves, buffers.get(step.scratch()));
    otherwise.bind(leaves, buffers.get(step.scratch()));
  }

  @Override
  public void run() {
    (predicate.get(ValueLayout.JAVA_BYTE, 0) != 0 ? then : otherwise).run();
  }
}

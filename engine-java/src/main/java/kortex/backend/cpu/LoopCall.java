package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kortex.op.Scan;
import kortex.plan.Plan;

/**
 * Runs a loop of which a step needs Java. Carries, constants and the body's arena stay where they
 * are; only the steps that touch a slice are told where the next one is.
 */
final class LoopCall implements CpuStep.InJava {
  private final Plan.LoopStep step;
  private final CpuSteps body;
  private final CpuSteps.Moving slices;
  private final MemorySegment[] first;

  /** What each leaf of the body is, or is a slice of. */
  private final MemorySegment[] leaves;

  LoopCall(Plan.LoopStep step, CpuSteps body) {
    this.step = step;
    this.body = body;
    int inputs = step.inputs().size();
    List<Boolean> moving = new ArrayList<>();
    for (int leaf = 0; leaf < step.body().leaves().size(); leaf++) {
      moving.add(step.scan().isSequence(leaf) || leaf >= inputs);
    }
    this.slices = body.moving(moving);
    this.first = new MemorySegment[step.scan().carries()];
    this.leaves = new MemorySegment[moving.size()];
    Arrays.fill(leaves, MemorySegment.NULL);
    Arrays.fill(first, MemorySegment.NULL);
  }

  @Override
  public void bind(List<MemorySegment> buffers) {
    Scan scan = step.scan();
    int inputs = step.inputs().size();
    for (int leaf = 0; leaf < leaves.length; leaf++) {
      if (leaf < scan.carries()) {
        first[leaf] = buffers.get(step.inputs().get(leaf));
        leaves[leaf] = buffers.get(step.outputs().get(leaf));
      } else {
        leaves[leaf] =
            buffers.get(
                leaf < inputs
                    ? step.inputs().get(leaf)
                    : step.outputs().get(scan.carries() + leaf - inputs));
      }
    }
    if (scan.length() > 0) {
      body.bind(Arrays.asList(leaves), buffers.get(step.scratch()));
    }
  }

  @Override
  public void run() {
    for (int i = 0; i < first.length; i++) {
      leaves[i].copyFrom(first[i]);
    }
    long length = step.scan().length();
    for (long n = 0; n < length; n++) {
      slices.to(leaves, step.scan().reverse() ? length - 1 - n : n);
      body.run();
    }
  }
}

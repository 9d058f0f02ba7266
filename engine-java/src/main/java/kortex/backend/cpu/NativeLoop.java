package kortex.backend.cpu;

import java.util.List;
import kortex.backend.cpu.calls.CallList;
import kortex.op.Scan;
import kortex.plan.Plan;

/**
 * Runs a loop without Java. Carries are where its outputs are, from before the first round on;
 * sequences and what is stacked move on by a slice in each round.
 */
record NativeLoop(Plan.LoopStep step, List<CpuStep.Native> body) implements CpuStep.Native {
  @Override
  public void settle() {
    body.forEach(CpuStep.Native::settle);
  }

  @Override
  public void enlist(CallList calls) {
    Scan scan = step.scan();
    for (int i = 0; i < scan.carries(); i++) {
      long bytes = step.body().leaves().get(i).bytes();
      calls.copy(step.outputs().get(i), step.inputs().get(i), bytes);
    }
    CallList inner = calls.body();
    Enlisting.all(inner, step.body(), body);
    calls.loop(inner, this::place, scan.length(), scan.reverse());
  }

  private CallList.Placed place(int buffer) {
    return switch (step.body().buffers().get(buffer).place()) {
      case Plan.InArena at -> new CallList.At(step.scratch(), at.offset());
      case Plan.InLeaf at -> leaf(at.leaf());
    };
  }

  private CallList.Placed leaf(int leaf) {
    Scan scan = step.scan();
    int inputs = step.inputs().size();
    if (leaf < scan.carries()) {
      return new CallList.At(step.outputs().get(leaf), 0);
    }
    boolean stacked = leaf >= inputs;
    int whole =
        stacked ? step.outputs().get(scan.carries() + leaf - inputs) : step.inputs().get(leaf);
    return stacked || scan.isSequence(leaf)
        ? new CallList.Sliced(whole, step.body().leaves().get(leaf).bytes())
        : new CallList.At(whole, 0);
  }
}

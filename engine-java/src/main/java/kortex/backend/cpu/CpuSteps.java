package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import kortex.plan.Plan;

/** The steps of a plan, ready to run, and where its buffers are. */
final class CpuSteps {
  private final Plan plan;
  private final CpuProgram.NativeStep[] steps;
  private final List<MemorySegment> buffers = new ArrayList<>();
  private int reached;

  CpuSteps(Plan plan, List<CpuProgram.NativeStep> steps) {
    this.plan = plan;
    this.steps = steps.toArray(new CpuProgram.NativeStep[0]);
  }

  Plan plan() {
    return plan;
  }

  /** Tells every step where the leaves and the arena are. */
  void bind(List<MemorySegment> leaves, MemorySegment arena) {
    buffers.clear();
    for (Plan.Buffer buffer : plan.buffers()) {
      long bytes = buffer.type().bytes();
      buffers.add(
          switch (buffer.place()) {
            case Plan.InLeaf at -> leaves.get(at.leaf()).asSlice(0, bytes);
            case Plan.InArena at -> arena.asSlice(at.offset(), bytes);
          });
    }
    for (CpuProgram.NativeStep step : steps) {
      step.bind(buffers);
    }
  }

  void run() {
    for (int i = 0; i < steps.length; i++) {
      reached = i;
      steps[i].run();
    }
  }

  /** The number of the step that the last run came to. */
  int reached() {
    return reached;
  }

  /** The leaves of which {@code moving} is true, as something that can be moved between runs. */
  Moving moving(List<Boolean> moving) {
    return new Moving(moving);
  }

  /** Leaves that are somewhere else in each run. */
  final class Moving {
    private final int[] ids;
    private final int[] leaves;
    private final CpuProgram.NativeStep[] touching;

    private Moving(List<Boolean> moving) {
      List<int[]> found = new ArrayList<>();
      for (int id = 0; id < plan.buffers().size(); id++) {
        if (plan.buffers().get(id).place() instanceof Plan.InLeaf at && moving.get(at.leaf())) {
          found.add(new int[] {id, at.leaf()});
        }
      }
      ids = found.stream().mapToInt(f -> f[0]).toArray();
      leaves = found.stream().mapToInt(f -> f[1]).toArray();
      List<CpuProgram.NativeStep> steps = new ArrayList<>();
      for (int i = 0; i < plan.steps().size(); i++) {
        Plan.Step step = plan.steps().get(i);
        boolean touches = false;
        for (int id : ids) {
          touches |= step.reads().contains(id) || step.writes().contains(id);
        }
        if (touches) {
          steps.add(CpuSteps.this.steps[i]);
        }
      }
      touching = steps.toArray(new CpuProgram.NativeStep[0]);
    }

    /** Moves each leaf to part number {@code part} of the memory it was bound to. */
    void to(MemorySegment[] wholes, long part) {
      for (int i = 0; i < ids.length; i++) {
        long bytes = plan.leaves().get(leaves[i]).bytes();
        buffers.set(ids[i], wholes[leaves[i]].asSlice(part * bytes, bytes));
      }
      for (CpuProgram.NativeStep step : touching) {
        step.bind(buffers);
      }
    }
  }
}

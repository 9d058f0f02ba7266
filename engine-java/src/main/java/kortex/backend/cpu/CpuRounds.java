package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import kortex.backend.cpu.calls.CallList;
import kortex.backend.cpu.calls.CallTable;
import kortex.plan.Plan;

/**
 * A whole plan as the body of a native loop: some leaves move on by a slice in each round, outputs
 * are copied to a slice of their own.
 */
final class CpuRounds {
  private static final int LOOP = 0;

  private final Plan plan;
  private final CallTable table;
  private final int[] stepOf;

  private CpuRounds(Plan plan, CallTable table, int[] stepOf) {
    this.plan = plan;
    this.table = table;
    this.stepOf = stepOf;
  }

  static CpuRounds of(Plan plan, List<CpuStep.Native> steps, Machine machine, Set<Integer> sliced) {
    CallList calls = CallList.of(machine.tables(), machine.runner().threads());
    CallList body = calls.body();
    int[] stepOf = Enlisting.all(body, plan, steps);
    for (int output = 0; output < plan.outputs().size(); output++) {
      int from = plan.outputs().get(output);
      body.copy(plan.buffers().size() + output, from, plan.buffers().get(from).type().bytes());
    }
    calls.loop(body, id -> place(plan, sliced, id), 1, false);
    return new CpuRounds(plan, calls.table(), stepOf);
  }

  /** Outside of the loop, leaves come first, then the arena, then what is collected. */
  private static CallList.Placed place(Plan plan, Set<Integer> sliced, int id) {
    int arena = plan.leaves().size();
    int buffers = plan.buffers().size();
    if (id >= buffers) {
      int output = id - buffers;
      long bytes = plan.buffers().get(plan.outputs().get(output)).type().bytes();
      return new CallList.Sliced(arena + 1 + output, bytes);
    }
    return switch (plan.buffers().get(id).place()) {
      case Plan.InArena at -> new CallList.At(arena, at.offset());
      case Plan.InLeaf at ->
          sliced.contains(at.leaf())
              ? new CallList.Sliced(at.leaf(), plan.leaves().get(at.leaf()).bytes())
              : new CallList.At(at.leaf(), 0);
    };
  }

  /** The table, ready for so many rounds over what is in these memories. */
  CallTable bind(
      int rounds,
      List<MemorySegment> leaves,
      MemorySegment arena,
      List<MemorySegment> collected,
      CallTable.Handles handles) {
    table.rounds(LOOP, rounds);
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      table.place(leaf, leaves.get(leaf).address(), handles);
    }
    table.place(leaves.size(), arena.address(), handles);
    for (int output = 0; output < collected.size(); output++) {
      table.place(leaves.size() + 1 + output, collected.get(output).address(), handles);
    }
    return table;
  }

  /** The number of the step at which a run stopped. */
  int reached() {
    int call = table.stoppedAt(LOOP);
    return call < stepOf.length ? stepOf[call] : plan.steps().size() - 1;
  }
}

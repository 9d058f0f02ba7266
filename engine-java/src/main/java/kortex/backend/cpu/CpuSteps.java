package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kortex.backend.Memory;
import kortex.backend.NativeMemory;
import kortex.backend.cpu.calls.CallList;
import kortex.backend.cpu.calls.CallTable;
import kortex.plan.Plan;

/** The steps of a plan, ready to run, and where its buffers are. */
final class CpuSteps {
  private final Plan plan;
  private final Machine machine;
  private final List<CpuStep> steps;
  private final CallTable table;

  /** The step of each call. */
  private final int[] stepOf;

  /** Steps that Java does, by the number of the call that stops for them. */
  private final Map<Integer, CpuStep.InJava> inJava = new HashMap<>();

  private final CpuStep.Native[] settling;
  private final List<Preparation> preparations;
  private final List<MemorySegment> buffers = new ArrayList<>();

  /** By the leaves that move on. */
  private final Map<Set<Integer>, CpuRounds> rounds = new HashMap<>();

  private int reached;

  CpuSteps(Plan plan, List<CpuStep> steps, Machine machine) {
    this.plan = plan;
    this.machine = machine;
    this.steps = List.copyOf(steps);
    CallList calls = CallList.of(machine.tables(), machine.runner().threads());
    int[] owners = Enlisting.all(calls, plan, steps, step -> inJava.put(calls.size() - 1, step));
    this.table = calls.table();
    this.stepOf = Arrays.copyOf(owners, table.size());
    Arrays.fill(stepOf, owners.length, stepOf.length, steps.size() - 1);
    this.settling =
        steps.stream()
            .filter(CpuStep.Native.class::isInstance)
            .map(CpuStep.Native.class::cast)
            .toArray(CpuStep.Native[]::new);
    this.preparations =
        steps.stream()
            .filter(FilterCall.class::isInstance)
            .map(FilterCall.class::cast)
            .filter(call -> call.leaf().isPresent())
            .map(call -> preparation(call, machine))
            .toList();
  }

  private static Preparation preparation(FilterCall call, Machine machine) {
    CallList calls = CallList.of(machine.tables(), machine.runner().threads());
    call.rearrange(calls);
    return new Preparation(call.leaf().orElseThrow(), call.step().inputs().get(1), calls.table());
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
    for (int id = 0; id < buffers.size(); id++) {
      table.place(id, buffers.get(id).address(), machine.dnn()::setHandle);
    }
    inJava.values().forEach(step -> step.bind(buffers));
  }

  /** Computes what only depends on leaves that have changed. */
  void prepare(List<Memory> leaves) {
    for (Preparation preparation : preparations) {
      NativeMemory memory = (NativeMemory) leaves.get(preparation.leaf());
      if (preparation.isDue(memory)) {
        machine.runner().run(preparation.on(memory), 0);
      }
    }
  }

  void run() {
    machine.dnn().alone(this::runAlone);
  }

  /** Runs, and adds up how long each step took. */
  void run(long[] nanos) {
    machine
        .dnn()
        .alone(() -> {
          settle();
          long before = System.nanoTime();
          for (int call = 0; call < table.size(); call++) {
            run(call, call + 1);
            long after = System.nanoTime();
            nanos[stepOf[call]] += after - before;
            before = after;
          }
          return true;
        });
  }

  /** Whether it can run some times without Java, while some leaves move. */
  boolean canRepeat(Set<Integer> sliced) {
    return inJava.isEmpty() && preparations.stream().noneMatch(p -> sliced.contains(p.leaf()));
  }

  /** Runs some times; what {@link #bind} said has to be said again behind it. */
  void run(
      int times,
      Set<Integer> sliced,
      List<MemorySegment> leaves,
      MemorySegment arena,
      List<MemorySegment> collected) {
    CpuRounds all =
        rounds.computeIfAbsent(sliced, s -> CpuRounds.of(plan, List.of(settling), machine, s));
    CallTable calls = all.bind(times, leaves, arena, collected, machine.dnn()::setHandle);
    machine
        .dnn()
        .alone(() -> {
          settle();
          int stopped = machine.runner().run(calls, 0, calls.size());
          if (stopped < calls.size()) {
            machine.team().reset();
            reached = all.reached();
            throw calls.failure(stopped);
          }
          return true;
        });
  }

  private boolean runAlone() {
    settle();
    run(0, table.size());
    return true;
  }

  private void settle() {
    for (CpuStep.Native step : settling) {
      step.settle();
    }
  }

  private void run(int from, int to) {
    int next = from;
    while (next < to) {
      int stopped = machine.runner().run(table, next, to);
      if (stopped < to) {
        reached = stepOf[stopped];
        java(stopped);
      }
      next = stopped + 1;
    }
  }

  private void java(int call) {
    CpuStep.InJava step = inJava.get(call);
    if (step == null) {
      machine.team().reset();
      throw table.failure(call);
    }
    step.run();
  }

  /** The number of the step at which the last run failed. */
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
    private final CpuStep.InJava[] touching;

    private Moving(List<Boolean> moving) {
      List<int[]> found = new ArrayList<>();
      for (int id = 0; id < plan.buffers().size(); id++) {
        if (plan.buffers().get(id).place() instanceof Plan.InLeaf at && moving.get(at.leaf())) {
          found.add(new int[] {id, at.leaf()});
        }
      }
      ids = found.stream().mapToInt(f -> f[0]).toArray();
      leaves = found.stream().mapToInt(f -> f[1]).toArray();
      List<CpuStep.InJava> steps = new ArrayList<>();
      for (int i = 0; i < plan.steps().size(); i++) {
        Plan.Step step = plan.steps().get(i);
        boolean touches =
            Arrays.stream(ids)
                .anyMatch(id -> step.reads().contains(id) || step.writes().contains(id));
        if (touches && CpuSteps.this.steps.get(i) instanceof CpuStep.InJava inJava) {
          steps.add(inJava);
        }
      }
      touching = steps.toArray(new CpuStep.InJava[0]);
    }

    /** Moves each leaf to part number {@code part} of the memory it was bound to. */
    void to(MemorySegment[] wholes, long part) {
      for (int i = 0; i < ids.length; i++) {
        long bytes = plan.leaves().get(leaves[i]).bytes();
        MemorySegment slice = wholes[leaves[i]].asSlice(part * bytes, bytes);
        buffers.set(ids[i], slice);
        table.place(ids[i], slice.address(), machine.dnn()::setHandle);
      }
      for (CpuStep.InJava step : touching) {
        step.bind(buffers);
      }
    }
  }
}

package kortex.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kortex.backend.cpu.openblas.LazyOpenBlas;
import kortex.op.Convolution;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.plan.Plan;

/** Makes the steps of a plan ready to run; what they need is closed with {@code owned}. */
record Stepping(Machine machine, LazyOpenBlas blas, KernelCode code, List<AutoCloseable> owned) {

  /** The steps of a plan. */
  CpuSteps steps(Plan plan) {
    return new CpuSteps(plan, list(plan, true), machine);
  }

  /**
   * @param alone whether the plan is not a part of another, so that its leaves are stored values
   */
  private List<CpuStep> list(Plan plan, boolean alone) {
    List<CpuStep> out = new ArrayList<>();
    WholeOps whole = new WholeOps(machine.dnn(), blas, machine.team(), plan, owned);
    Map<Integer, Supplier<CpuStep>> ready = primitives(plan, whole);
    for (int i = 0; i < plan.steps().size(); i++) {
      Supplier<CpuStep> made = ready.get(i);
      if (made != null) {
        out.add(made.get());
        continue;
      }
      out.add(
          switch (plan.steps().get(i)) {
            case Plan.KernelStep s -> new KernelCall(s, code.of(s.kernel()));
            case Plan.OpStep s ->
                code.call(plan, s, alone, owned)
                    .<CpuStep>map(call -> call)
                    .orElseGet(() -> whole.prepare(s));
            case Plan.LoopStep s -> loop(s);
            case Plan.BranchStep s -> branch(s);
            case Plan.CopyStep s ->
                new CopyCall(s.from(), s.to(), plan.buffers().get(s.to()).type().bytes());
          });
    }
    return out;
  }

  /**
   * The steps that are likely to be primitives of oneDNN, by number, made on all cores: each takes
   * about a millisecond to write its code. One that could not be made throws when it is asked for,
   * after all have ended.
   */
  private Map<Integer, Supplier<CpuStep>> primitives(Plan plan, WholeOps whole) {
    return IntStream.range(0, plan.steps().size())
        .parallel()
        .boxed()
        .filter(i -> plan.steps().get(i) instanceof Plan.OpStep s && isPrimitive(plan, s))
        .collect(
            Collectors.toConcurrentMap(
                i -> i, i -> outcome(() -> whole.prepare((Plan.OpStep) plan.steps().get(i)))));
  }

  private boolean isPrimitive(Plan plan, Plan.OpStep step) {
    Op op = step.op();
    // Not pools: a gradient uses the notes of the pool that was made before it.
    boolean library = op instanceof MatMul || op instanceof Convolution;
    return library && !code.computes(plan, step);
  }

  private static Supplier<CpuStep> outcome(Supplier<CpuStep> work) {
    try {
      CpuStep step = work.get();
      return () -> step;
    } catch (RuntimeException | Error e) {
      return () -> {
        throw e;
      };
    }
  }

  private CpuStep loop(Plan.LoopStep step) {
    List<CpuStep> body = list(step.body(), false);
    return natives(body)
        .<CpuStep>map(calls -> new NativeLoop(step, calls))
        .orElseGet(() -> new LoopCall(step, new CpuSteps(step.body(), body, machine)));
  }

  private CpuStep branch(Plan.BranchStep step) {
    List<CpuStep> then = list(step.then(), false);
    List<CpuStep> otherwise = list(step.otherwise(), false);
    Optional<List<CpuStep.Native>> first = natives(then);
    Optional<List<CpuStep.Native>> second = natives(otherwise);
    if (first.isPresent() && second.isPresent()) {
      return new NativeBranch(step, first.get(), second.get());
    }
    return new BranchCall(
        step,
        new CpuSteps(step.then(), then, machine),
        new CpuSteps(step.otherwise(), otherwise, machine));
  }

  /** The steps as native ones, if all are. */
  private static Optional<List<CpuStep.Native>> natives(List<CpuStep> steps) {
    List<CpuStep.Native> out = new ArrayList<>();
    for (CpuStep step : steps) {
      if (!(step instanceof CpuStep.Native call)) {
        return Optional.empty();
      }
      out.add(call);
    }
    return Optional.of(out);
  }
}

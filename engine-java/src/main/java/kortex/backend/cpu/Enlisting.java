package kortex.backend.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import kortex.backend.cpu.calls.CallList;
import kortex.plan.Passes;
import kortex.plan.Plan;

/** Lists the calls of a plan's steps, and remembers which step each call is of. */
final class Enlisting {
  private final CallList calls;
  private final List<Integer> owners = new ArrayList<>();

  private Enlisting(CallList calls) {
    this.calls = calls;
  }

  /**
   * Lists the calls of steps that need no Java.
   *
   * @return the step of each call
   */
  static int[] all(CallList calls, Plan plan, List<? extends CpuStep.Native> steps) {
    return all(
        calls,
        plan,
        steps,
        step -> {
          throw new IllegalStateException(step + " needs Java");
        });
  }

  /**
   * Lists the calls of steps; {@code inJava} is told of each step behind whose calls Java has to do
   * it, once the call that stops for it is listed.
   *
   * @return the step of each call
   */
  static int[] all(
      CallList calls, Plan plan, List<? extends CpuStep> steps, Consumer<CpuStep.InJava> inJava) {
    Enlisting enlisting = new Enlisting(calls);
    Map<Integer, Passes.Pass> passes = new HashMap<>();
    Passes.of(plan).forEach(pass -> passes.put(pass.from(), pass));
    int i = 0;
    while (i < steps.size()) {
      Passes.Pass pass = passes.get(i);
      if (pass != null) {
        List<KernelCall> kernels =
            steps.subList(pass.from(), pass.to()).stream().map(KernelCall.class::cast).toList();
        enlisting.pass(i, kernels);
        i = pass.to();
      } else {
        enlisting.step(i, steps.get(i), inJava);
        i++;
      }
    }
    return enlisting.owners.stream().mapToInt(owner -> owner).toArray();
  }

  private void step(int number, CpuStep step, Consumer<CpuStep.InJava> inJava) {
    switch (step) {
      case CpuStep.Native call -> call.enlist(calls);
      case CpuStep.InJava call -> {
        calls.stop();
        inJava.accept(call);
      }
    }
    own(number);
  }

  private void pass(int first, List<KernelCall> kernels) {
    if (KernelCall.isOnePass(calls, kernels)) {
      KernelCall.enlist(calls, kernels);
      own(first);
      return;
    }
    for (int k = 0; k < kernels.size(); k++) {
      kernels.get(k).enlist(calls);
      own(first + k);
    }
  }

  private void own(int step) {
    while (owners.size() < calls.size()) {
      owners.add(step);
    }
  }
}

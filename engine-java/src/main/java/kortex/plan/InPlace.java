package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import kortex.kernel.Expr;
import kortex.kernel.Kernel;

/**
 * Lets kernels write over what they read last: a result goes to the memory of an operand of its
 * size that nothing reads any more, if the kernel touches both at the same positions only.
 */
final class InPlace {
  private final Buffers buffers;
  private final List<Plan.Step> steps;
  private final Set<Integer> kept = new HashSet<>();

  /** The steps that touch a buffer first and last. */
  private final Map<Integer, Integer> first = new HashMap<>();

  private final Map<Integer, Integer> last = new HashMap<>();

  private InPlace(Buffers buffers, List<Plan.Step> steps, List<Integer> outputs) {
    this.buffers = buffers;
    this.steps = steps;
    outputs.forEach(id -> kept.add(buffers.memory(id)));
    for (int i = 0; i < steps.size(); i++) {
      touch(steps.get(i).reads(), i);
      touch(steps.get(i).writes(), i);
    }
  }

  private void touch(List<Integer> ids, int step) {
    for (int id : ids) {
      first.putIfAbsent(buffers.memory(id), step);
      last.put(buffers.memory(id), step);
    }
  }

  /** Changes kernels of a plan to be; {@code outputs} keep memory of their own. */
  static void apply(Buffers buffers, List<Plan.Step> steps, List<Integer> outputs) {
    InPlace pass = new InPlace(buffers, steps, outputs);
    for (int i = 0; i < steps.size(); i++) {
      boolean changed = true;
      while (changed && steps.get(i) instanceof Plan.KernelStep step) {
        changed = pass.shareOne(i, step);
      }
    }
  }

  /** Puts one result of a step into the memory of an operand; false when there is none left. */
  private boolean shareOne(int number, Plan.KernelStep step) {
    for (int written : step.writes()) {
      if (isFree(written) && first.getOrDefault(written, -1) == number) {
        OptionalInt operand = operand(number, step, written);
        if (operand.isPresent()) {
          share(number, step, operand.getAsInt(), written);
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a buffer is memory of the arena that is no output. */
  private boolean isFree(int id) {
    return buffers.leaf(id).isEmpty() && buffers.memory(id) == id && !kept.contains(id);
  }

  /** A buffer that a step reads last, and may write {@code written} to. */
  private OptionalInt operand(int number, Plan.KernelStep step, int written) {
    return step.reads().stream()
        .mapToInt(id -> id)
        .filter(id -> isFree(id) && !step.writes().contains(id))
        .filter(id -> last.getOrDefault(id, -1) == number && first.getOrDefault(id, -1) < number)
        .filter(id -> buffers.type(id).dtype() == buffers.type(written).dtype())
        .filter(id -> buffers.type(id).size() == buffers.type(written).size())
        .filter(id -> buffers.type(id).size() > 1)
        .filter(id -> touchesAlike(step, id, written))
        .findFirst();
  }

  private static boolean touchesAlike(Plan.KernelStep step, int read, int written) {
    int from = step.params().indexOf(read);
    int to = step.params().indexOf(written);
    if (step.params().lastIndexOf(read) != from
        || Params.loadsBehindStores(step.kernel(), from, to)) {
      return false;
    }
    Set<Expr> positions = new HashSet<>(Params.positions(step.kernel(), from));
    positions.addAll(Params.positions(step.kernel(), to));
    return positions.size() == 1;
  }

  private void share(int number, Plan.KernelStep step, int read, int written) {
    int gone = step.params().indexOf(written);
    Kernel kernel = Params.merge(step.kernel(), step.params().indexOf(read), gone);
    List<Integer> params = new ArrayList<>(step.params());
    params.remove(gone);
    steps.set(number, new Plan.KernelStep(kernel, params, step.label()));
    buffers.share(written, read);
    last.merge(read, last.getOrDefault(written, number), Math::max);
  }
}

package kortex.session;

import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.Map;
import kortex.backend.Backend;
import kortex.backend.Memory;
import kortex.backend.Program;
import kortex.plan.Plan;

/**
 * A plan, the program it became, and memory for leaves that are copied in for each run. What it
 * holds is given back when no step refers to it any more: a step must never find it closed.
 */
final class Compiled {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Backend backend;
  private final Plan plan;
  private final Held held;

  /** What to give back; knows nothing of the object that holds it. */
  private record Held(Program program, Map<Integer, Memory> staging) implements Runnable {
    @Override
    public void run() {
      program.close();
      staging.values().forEach(Memory::close);
    }
  }

  Compiled(Backend backend, Plan plan) {
    this.backend = backend;
    this.plan = plan;
    this.held = new Held(backend.compile(plan), new HashMap<>());
    CLEANER.register(this, held);
  }

  Plan plan() {
    return plan;
  }

  Program program() {
    return held.program();
  }

  /** Memory for a leaf that lives elsewhere. */
  Memory staging(int leaf) {
    return held.staging()
        .computeIfAbsent(leaf, l -> backend.allocate(plan.leaves().get(l).bytes()));
  }
}

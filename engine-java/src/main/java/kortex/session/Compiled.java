package kortex.session;

import java.util.HashMap;
import java.util.Map;
import kortex.backend.Backend;
import kortex.backend.Memory;
import kortex.backend.Program;
import kortex.plan.Plan;

/** A plan, the program it became, and memory for leaves that are copied in for each run. */
final class Compiled implements AutoCloseable {
  private final Backend backend;
  private final Plan plan;
  private final Program program;
  private final Map<Integer, Memory> staging = new HashMap<>();

  Compiled(Backend backend, Plan plan) {
    this.backend = backend;
    this.plan = plan;
    this.program = backend.compile(plan);
  }

  Plan plan() {
    return plan;
  }

  Program program() {
    return program;
  }

  /** Memory for a leaf that lives elsewhere. */
  Memory staging(int leaf) {
    return staging.computeIfAbsent(leaf, l -> backend.allocate(plan.leaves().get(l).bytes()));
  }

  @Override
  public void close() {
    program.close();
    staging.values().forEach(Memory::close);
    staging.clear();
  }
}

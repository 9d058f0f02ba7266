package kortex.session;

import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.Map;
import kortex.backend.Backend.Effort;
import kortex.backend.Memory;
import kortex.backend.Program;
import kortex.plan.Plan;

/**
 * A plan, the program it became, and memory for leaves that are copied in for each run. One that a
 * session keeps for later is given back when the session drops it, unless it is running; one that a
 * user's step holds, when nothing refers to the step any more.
 */
final class Compiled {
  private static final Cleaner CLEANER = Cleaner.create();

  /** About what the machine code and the objects of a program take beside its buffers; measured. */
  private static final long CODE_BYTES = 512 << 10;

  private final Budget budget;
  private final Blueprint blueprint;
  private final Held held;
  private final Cleaner.Cleanable cleanable;
  private int uses;
  private boolean dropped;

  /** What to give back; knows nothing of the object that holds it. */
  private record Held(
      Budget budget,
      Program program,
      long bytes,
      Map<Integer, Memory> staging,
      Map<Integer, Memory> collected)
      implements Runnable {
    @Override
    public void run() {
      budget.give(bytes);
      staging.values().forEach(budget::close);
      collected.values().forEach(budget::close);
      program.close();
    }
  }

  Compiled(Session session, Blueprint blueprint, Effort effort) {
    this.budget = session.budget();
    this.blueprint = blueprint;
    Plan plan = blueprint.plan();
    Program program = session.backend().compile(plan, effort);
    this.held = new Held(budget, program, plan.arenaBytes(), new HashMap<>(), new HashMap<>());
    budget.take(plan.arenaBytes());
    this.cleanable = CLEANER.register(this, held);
  }

  Plan plan() {
    return blueprint.plan();
  }

  Blueprint blueprint() {
    return blueprint;
  }

  Program program() {
    return held.program();
  }

  /** Memory for a leaf that lives elsewhere. */
  Memory staging(int leaf) {
    return held.staging()
        .computeIfAbsent(leaf, l -> budget.allocate(plan().leaves().get(l).bytes()));
  }

  /** Memory for {@code bytes} of an output of several runs. */
  Memory collected(int output, long bytes) {
    Memory known = held.collected().get(output);
    if (known == null || known.bytes() < bytes) {
      Memory larger = budget.allocate(bytes);
      if (known != null) {
        budget.close(known);
      }
      held.collected().put(output, larger);
      return larger;
    }
    return known;
  }

  /** What it takes from the machine. */
  long bytes() {
    return CODE_BYTES + held.bytes() + bytes(held.staging()) + bytes(held.collected());
  }

  private static long bytes(Map<Integer, Memory> memories) {
    return memories.values().stream().mapToLong(Memory::bytes).sum();
  }

  /** Begins a use, during which it is not given back. */
  void use() {
    uses++;
  }

  /** Ends a use. */
  void release() {
    uses--;
    if (dropped && uses == 0) {
      cleanable.clean();
    }
  }

  /** Gives everything back, now or when its last use ends. */
  void drop() {
    dropped = true;
    if (uses == 0) {
      cleanable.clean();
    }
  }
}

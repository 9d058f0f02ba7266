package kortex.backend.cpu.llvm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * LLVM's target machines, lent to one compilation at a time and kept for the next: a new one takes
 * longer to describe its processor than a small kernel takes to compile.
 */
final class Machines {
  private final LlvmApi llvm;
  private final Map<Kind, Deque<Long>> idle = new HashMap<>();
  private boolean closed;

  /** What a machine makes code for, and with how much care. */
  record Kind(LlvmTarget target, int codeGenLevel) {}

  Machines(LlvmApi llvm) {
    this.llvm = llvm;
  }

  /** An idle machine, if there is one. */
  synchronized Optional<Long> take(Kind kind) {
    Deque<Long> machines = idle.get(kind);
    return machines == null ? Optional.empty() : Optional.ofNullable(machines.pollFirst());
  }

  /** Takes a machine (back) that no compilation uses. */
  synchronized void give(Kind kind, long machine) {
    if (closed) {
      llvm.disposeTargetMachine.call(machine);
    } else {
      idle.computeIfAbsent(kind, k -> new ArrayDeque<>()).addFirst(machine);
    }
  }

  /** Frees the idle ones; the others are freed when they come back. */
  synchronized void close() {
    closed = true;
    idle.values().forEach(machines -> machines.forEach(llvm.disposeTargetMachine::call));
    idle.clear();
  }
}

package kortex.backend.cpu.onednn;

import java.lang.foreign.Arena;
import java.util.List;
import kortex.backend.cpu.calls.CallList;

/**
 * A primitive with the reorders around it, ready to execute.
 *
 * <p>Nothing is allocated when it runs: the tables of arguments are native memory filled once, and
 * the scratch memories are told their addresses only after the workspace has moved.
 */
final class Program implements AutoCloseable {
  /** One call of {@code dnnl_primitive_execute}. */
  record Step(long primitive, long argumentTable, int arguments) {}

  /** A {@code dnnl_memory_t} at an offset of the workspace. */
  record Scratch(long memory, long offset) {}

  private final OneDnn dnn;
  private final String what;
  private final String implementation;
  private final Step[] steps;
  private final Scratch[] scratches;
  private final Handles handles;
  private final Arena arena;
  private long workspaceAddress;

  Program(
      OneDnn dnn,
      String what,
      String implementation,
      List<Step> steps,
      List<Scratch> scratches,
      Handles handles,
      Arena arena) {
    this.dnn = dnn;
    this.what = what;
    this.implementation = implementation;
    this.steps = steps.toArray(Step[]::new);
    this.scratches = scratches.toArray(Scratch[]::new);
    this.handles = handles;
    this.arena = arena;
  }

  /** The name oneDNN gives to the kernel it chose: {@code brg_matmul:avx512_core}. */
  String implementation() {
    return implementation;
  }

  /** What is computed, with its shapes. */
  String what() {
    return what;
  }

  /** Executes all steps; the caller holds the workspace's lock and has bound the slots. */
  void run() {
    settle();
    for (Step step : steps) {
      long status =
          dnn.api()
              .primitiveExecute
              .call(step.primitive(), dnn.stream(), step.arguments(), step.argumentTable());
      DnnApi.check(status, what);
    }
  }

  /** Adds the execution of all steps to a list of calls. */
  void enlist(CallList calls) {
    for (Step step : steps) {
      calls.library(
          step.primitive(),
          dnn.stream(),
          step.arguments(),
          step.argumentTable(),
          words -> DnnApi.failure(words[7], what));
    }
  }

  /** Tells the scratch memories where the workspace is; the caller holds its lock. */
  void settle() {
    if (handles.isClosed()) {
      throw new IllegalStateException(what + " is closed");
    }
    long now = dnn.workspace().address();
    if (now != workspaceAddress) {
      for (Scratch scratch : scratches) {
        DnnApi.check(
            dnn.api().memorySetHandle.call(scratch.memory(), now + scratch.offset()), what);
      }
      workspaceAddress = now;
    }
  }

  @Override
  public void close() {
    synchronized (dnn.workspace()) {
      if (!handles.isClosed()) {
        dnn.closed(this);
        handles.close();
        arena.close();
      }
    }
  }
}

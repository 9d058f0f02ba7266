package kortex.backend.cpu.onednn;

import java.util.List;
import kortex.backend.cpu.calls.CallList;

/** An execution of a primitive on buffers of a plan. */
public final class LibraryCall {
  private final Program program;
  private final List<Argument> arguments;

  /** An argument, and the buffer that it is in. */
  record Argument(Slot slot, int buffer) {}

  LibraryCall(Program program, Argument... arguments) {
    this(program, List.of(arguments));
  }

  LibraryCall(Program program, List<Argument> arguments) {
    this.program = program;
    this.arguments = List.copyOf(arguments);
  }

  /** Adds the calls that execute it. */
  public void enlist(CallList calls) {
    arguments.forEach(a -> calls.memory(a.slot().memory(), a.buffer()));
    program.enlist(calls);
  }

  /** Lets it use scratch memory where that is now; to be called before calls that it is among. */
  public void settle() {
    program.settle();
  }
}

package kortex.backend.cpu;

import java.util.List;
import kortex.backend.cpu.calls.CallList;
import kortex.backend.cpu.onednn.LibraryCall;

/** Executes primitives of oneDNN. */
record LibrarySteps(List<LibraryCall> library, int threads) implements CpuStep.Native {
  @Override
  public void enlist(CallList calls) {
    calls.threads(threads);
    library.forEach(call -> call.enlist(calls));
  }

  @Override
  public void settle() {
    library.forEach(LibraryCall::settle);
  }
}

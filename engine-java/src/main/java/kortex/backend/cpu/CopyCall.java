package kortex.backend.cpu;

import kortex.backend.cpu.calls.CallList;

/** Copies one buffer to another. */
record CopyCall(int from, int to, long bytes) implements CpuStep.Native {
  @Override
  public void enlist(CallList calls) {
    calls.copy(to, from, bytes);
  }
}

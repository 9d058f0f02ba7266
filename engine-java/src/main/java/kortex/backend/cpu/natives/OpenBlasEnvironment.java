package kortex.backend.cpu.natives;

/** The environment variables that OpenBLAS reads once, when it is loaded. */
final class OpenBlasEnvironment {
  private OpenBlasEnvironment() {}

  /**
   * No threads of its own: its parallel LU needs more stack than a Java thread has, which ends the
   * process, and a process that exits during a parallel call waits for ever.
   */
  static void prepare() {
    Environment.set("OPENBLAS_NUM_THREADS", "1");
  }
}

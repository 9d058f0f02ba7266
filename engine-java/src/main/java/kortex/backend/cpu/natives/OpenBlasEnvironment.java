package kortex.backend.cpu.natives;

/** The environment variables that OpenBLAS reads once, when it is loaded. */
final class OpenBlasEnvironment {
  /**
   * An idle worker looks for work during 2 to this power cycles before it sleeps: some twenty
   * microseconds, as long as those of {@link OpenMpEnvironment}. By default it is some twenty
   * milliseconds, in which it takes a core from everything else.
   */
  private static final String SPIN_CYCLES = "16";

  private OpenBlasEnvironment() {}

  /** No worker is started now; a large call asks for them. */
  static void prepare() {
    Environment.set("OPENBLAS_NUM_THREADS", "1");
    if (!System.getenv().containsKey("OPENBLAS_THREAD_TIMEOUT")) {
      Environment.set("OPENBLAS_THREAD_TIMEOUT", SPIN_CYCLES);
    }
  }
}

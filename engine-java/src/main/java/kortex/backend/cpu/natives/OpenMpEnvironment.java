package kortex.backend.cpu.natives;

import java.util.Map;

/**
 * The environment variables that libgomp reads once, when it is loaded.
 *
 * <p>The thread count must be set this way: {@code omp_set_num_threads} holds for the calling
 * thread only, and both oneDNN and the generated kernels may be called from any.
 */
final class OpenMpEnvironment {
  /**
   * How often an idle worker looks for work before it sleeps: for some twenty microseconds. Enough
   * to bridge the gaps between the parallel kernels of one step; any longer and a machine that has
   * other work slows down without bound, because the thread that is waited for does not get the
   * core that the other one spins on.
   */
  private static final String SPIN_COUNT = "2000";

  private OpenMpEnvironment() {}

  /** Sets the variables that the user has not set; the thread count always. */
  static void prepare(int threads) {
    Environment.set("OMP_NUM_THREADS", Integer.toString(threads));
    Environment.set("OMP_DYNAMIC", "false");
    Map<String, String> environment = System.getenv();
    if (!environment.containsKey("OMP_WAIT_POLICY") && !environment.containsKey("GOMP_SPINCOUNT")) {
      Environment.set("GOMP_SPINCOUNT", SPIN_COUNT);
    }
  }
}

package kortex.backend.cpu.natives;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.util.Map;

/**
 * The environment variables that libgomp reads once, when it is loaded.
 *
 * <p>The thread count must be set this way: {@code omp_set_num_threads} holds for the calling
 * thread only, and both oneDNN and the generated kernels may be called from any.
 */
final class OpenMpEnvironment {
  /**
   * How often an idle worker looks for work before it sleeps: for about half a millisecond. Long
   * enough to bridge the gaps between the kernels of one step, where waking a sleeping worker would
   * cost 50 µs; short enough not to burn a core, which the JVM's compiler and collector need,
   * between steps.
   */
  private static final String SPIN_COUNT = "50000";

  private OpenMpEnvironment() {}

  /** Sets the variables that the user has not set; the thread count always. */
  static void prepare(int threads) {
    set("OMP_NUM_THREADS", Integer.toString(threads));
    set("OMP_DYNAMIC", "false");
    Map<String, String> environment = System.getenv();
    if (!environment.containsKey("OMP_WAIT_POLICY") && !environment.containsKey("GOMP_SPINCOUNT")) {
      set("GOMP_SPINCOUNT", SPIN_COUNT);
    }
  }

  private static void set(String name, String value) {
    CFunction setenv =
        new CFunction("setenv", Linker.nativeLinker().defaultLookup().findOrThrow("setenv"));
    try (Arena arena = Arena.ofConfined()) {
      setenv.call(arena.allocateFrom(name).address(), arena.allocateFrom(value).address(), 1);
    }
  }
}

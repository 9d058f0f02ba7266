package kortex.backend.cpu.threads;

import java.util.function.Supplier;
import kortex.backend.cpu.natives.CFunction;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeLibrary;

/**
 * How many threads a library call may use. Waking a worker costs up to 50 µs, more than a small
 * call takes on one thread, and oneDNN does not weigh that.
 */
public final class Team {
  private static final double WORTH_ALL = 3e6;

  private final CFunction setThreads;
  private final int threads;

  private Team(CFunction setThreads, int threads) {
    this.setThreads = setThreads;
    this.threads = threads;
  }

  /** The team of the pool of {@code libraries}. */
  public static Team open(NativeLibraries libraries) {
    int threads = (int) libraries.function(NativeLibrary.OPENMP, "omp_get_max_threads").call();
    return new Team(libraries.function(NativeLibrary.OPENMP, "omp_set_num_threads"), threads);
  }

  /**
   * Whether work of {@code flops} floating-point operations is worth all threads: from some 25 µs
   * on. Workers that spin from the call before make less pay as well, but on a machine with other
   * work to do each call may wait for a worker that has no core.
   */
  public boolean worthAll(double flops) {
    return threads > 1 && flops >= WORTH_ALL;
  }

  /** The number of threads for work of {@code flops} floating-point operations. */
  public int threadsFor(double flops) {
    return worthAll(flops) ? threads : 1;
  }

  /** Lets libraries use all threads again, after calls that broke off. */
  public void reset() {
    setThreads.call(threads);
  }

  /** Runs library calls of this Java thread on all threads, or on this one alone. */
  public <T> T run(boolean all, Supplier<T> calls) {
    if (all || threads == 1) {
      return calls.get();
    }
    // The setting belongs to the Java thread: it must not outlive the call.
    setThreads.call(1);
    try {
      return calls.get();
    } finally {
      setThreads.call(threads);
    }
  }
}

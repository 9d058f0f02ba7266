package kortex.backend.cpu.openblas;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import kortex.backend.cpu.natives.CFunction;
import kortex.backend.cpu.natives.CStrings;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeLibrary;
import kortex.tensor.DType;

/**
 * OpenBLAS and the LAPACK in it. It has threads of its own, which only work on large matrices and
 * sleep at once when there is nothing to do.
 */
public final class OpenBlas {
  /** The number of threads is the process's: calls that change it run alone. */
  private static final ReadWriteLock THREADS = new ReentrantReadWriteLock();

  private final BlasApi f32;
  private final BlasApi f64;
  private final CFunction setThreads;
  private final CFunction config;
  private final int threads;

  private OpenBlas(NativeLibraries libraries) {
    this.f32 = BlasApi.of(libraries, DType.F32);
    this.f64 = BlasApi.of(libraries, DType.F64);
    this.setThreads = libraries.function(NativeLibrary.OPENBLAS, "openblas_set_num_threads");
    this.config = libraries.function(NativeLibrary.OPENBLAS, "openblas_get_config");
    this.threads = libraries.settings().threads();
  }

  /**
   * The library, loaded if need be.
   *
   * @throws kortex.tensor.DeviceException if it is missing or broken
   */
  public static OpenBlas open(NativeLibraries libraries) {
    return new OpenBlas(libraries);
  }

  /** Whether it computes in this element type. */
  public static boolean takes(DType dtype) {
    return dtype == DType.F32 || dtype == DType.F64;
  }

  /** The library's version, {@code 0.3.31}. */
  public String version() {
    String[] words = CStrings.read(config.call()).split(" ");
    return words.length > 1 ? words[1] : "";
  }

  BlasApi api(DType dtype) {
    return dtype == DType.F64 ? f64 : f32;
  }

  /** Runs calls on all threads, or on this one alone. */
  public <T> T run(boolean all, Supplier<T> calls) {
    boolean many = all && threads > 1;
    Lock lock = many ? THREADS.writeLock() : THREADS.readLock();
    lock.lock();
    try {
      if (many) {
        setThreads.call(threads);
      }
      return calls.get();
    } finally {
      if (many) {
        setThreads.call(1);
      }
      lock.unlock();
    }
  }
}

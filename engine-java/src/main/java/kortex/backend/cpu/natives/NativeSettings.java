package kortex.backend.cpu.natives;

import java.nio.file.Path;
import java.util.Map;
import kortex.tensor.SettingException;

/**
 * What must be known before a library is loaded.
 *
 * @param cache where libraries are extracted to and compiled kernels kept
 * @param threads the size of the thread pool, read by OpenMP once, when it is loaded
 */
public record NativeSettings(Path cache, int threads) {
  /** Checks that there is at least one thread. */
  public NativeSettings {
    if (threads < 1) {
      throw new SettingException(
          "thread count: " + threads + ", the least is 1", "the number of cores, or nothing.");
    }
  }

  /**
   * The cache directory of {@link CacheDirectory#resolve()} and {@code $OMP_NUM_THREADS}, else as
   * many threads as the process may use, which respects a container's limit.
   */
  public static NativeSettings fromEnvironment() {
    return new NativeSettings(
        CacheDirectory.resolve(),
        threads(System.getenv(), Runtime.getRuntime().availableProcessors()));
  }

  /** The same with another thread count. */
  public NativeSettings withThreads(int count) {
    return new NativeSettings(cache, count);
  }

  /** The same with another cache directory. */
  public NativeSettings withCache(Path directory) {
    return new NativeSettings(directory, threads);
  }

  static int threads(Map<String, String> environment, int processors) {
    // The variable may hold one number per nesting level; only the first matters here.
    String first = environment.getOrDefault("OMP_NUM_THREADS", "").split(",", 2)[0].strip();
    boolean number = first.matches("[1-9][0-9]{0,3}");
    return number ? Integer.parseInt(first) : processors;
  }
}

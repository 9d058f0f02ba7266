package kortex.backend.cpu.natives;

import java.nio.file.Path;
import java.util.Map;

/** Where Kortex keeps what it can make again: extracted libraries and compiled kernels. */
public final class CacheDirectory {
  private CacheDirectory() {}

  /** The cache directory of this process; it need not exist yet. */
  public static Path resolve() {
    return resolve(System.getenv(), System.getProperty("user.home", "."));
  }

  /**
   * {@code $KORTEX_CACHE}, else {@code $XDG_CACHE_HOME/kortex}, else {@code ~/.cache/kortex}.
   *
   * @param environment the environment variables
   * @param home the user's home directory
   */
  static Path resolve(Map<String, String> environment, String home) {
    String own = environment.getOrDefault("KORTEX_CACHE", "");
    if (!own.isBlank()) {
      return Path.of(own).toAbsolutePath();
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    // The XDG specification says to ignore a relative path.
    if (!xdg.isBlank() && Path.of(xdg).isAbsolute()) {
      return Path.of(xdg, "kortex");
    }
    return Path.of(home, ".cache", "kortex").toAbsolutePath();
  }
}

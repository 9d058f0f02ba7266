package kortex.backend.cpu.openblas;

import java.lang.System.Logger.Level;
import java.util.Optional;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.tensor.DeviceException;
import org.jspecify.annotations.Nullable;

/**
 * OpenBLAS, loaded when it is first asked for, so that a program without linear algebra does not
 * wait for it. Safe for use by several threads.
 */
public final class LazyOpenBlas {
  private final NativeLibraries libraries;
  private @Nullable Optional<OpenBlas> known;

  /** Nothing is loaded yet. */
  public LazyOpenBlas(NativeLibraries libraries) {
    this.libraries = libraries;
  }

  /** The library, or empty where it is missing, which is logged once. */
  public synchronized Optional<OpenBlas> get() {
    Optional<OpenBlas> result = known;
    if (result == null) {
      result = load();
      known = result;
    }
    return result;
  }

  private Optional<OpenBlas> load() {
    try {
      return Optional.of(OpenBlas.open(libraries));
    } catch (DeviceException e) {
      System.getLogger("kortex")
          .log(Level.WARNING, e.what() + "; linear algebra runs in plain Java, slowly");
      return Optional.empty();
    }
  }
}

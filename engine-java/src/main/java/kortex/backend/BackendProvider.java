package kortex.backend;

import java.util.Optional;

/** Makes a backend if this machine can run it; found as a service. */
public interface BackendProvider {
  /** The name of the backend. */
  String name();

  /** Backends of a higher priority are tried first. */
  int priority();

  /** Why the backend cannot run here, in one line, or empty when it can. */
  Optional<String> unavailable();

  /** Opens the backend; throws {@link kortex.tensor.DeviceException} when that fails. */
  Backend open();
}

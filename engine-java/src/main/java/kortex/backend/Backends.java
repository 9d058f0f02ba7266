package kortex.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import kortex.tensor.DeviceException;
import kortex.tensor.SettingException;

/** Finds backends and chooses one. */
public final class Backends {
  private Backends() {}

  /**
   * A backend and why it was chosen, in one line.
   *
   * @param refused what is wrong with the backends that would have been better, one line each
   */
  public record Choice(Backend backend, String reason, List<String> refused) {
    public Choice {
      refused = List.copyOf(refused);
    }
  }

  /** All backends that are installed, best first. */
  public static List<BackendProvider> providers() {
    List<BackendProvider> out = new ArrayList<>();
    ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).forEach(out::add);
    out.sort(Comparator.comparingInt(BackendProvider::priority).reversed());
    return out;
  }

  /** Opens the best backend that runs here; {@code wanted} narrows the choice to one name. */
  public static Choice choose(Optional<String> wanted) {
    List<String> refused = new ArrayList<>();
    for (BackendProvider provider : providers()) {
      if (wanted.isPresent() && !wanted.get().equals(provider.name())) {
        continue;
      }
      Optional<String> reason = provider.unavailable();
      if (reason.isEmpty()) {
        try {
          String why = wanted.isPresent() ? "chosen by name" : "the fastest that runs here";
          String others = refused.isEmpty() ? "" : "; " + String.join("; ", refused);
          return new Choice(provider.open(), why + others, refused);
        } catch (DeviceException e) {
          reason = Optional.of(e.what());
        }
      }
      refused.add(provider.name() + " does not run here: " + reason.get());
    }
    if (wanted.isPresent() && refused.isEmpty()) {
      throw new SettingException(
          "no backend is named \"" + wanted.get() + "\"",
          "Use one of " + providers().stream().map(BackendProvider::name).toList() + ".");
    }
    throw new DeviceException(String.join("; ", refused), "Run nn doctor.");
  }
}

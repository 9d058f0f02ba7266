package kortex.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.backend.BackendProvider;
import kortex.backend.Backends;

/** What the engine found on this machine, for {@code nn doctor}. */
public final class Diagnostics {
  private Diagnostics() {}

  /** One finding; {@code ok} is false where something is missing. */
  public record Line(String topic, String value, boolean ok) {}

  /** Every backend, and the chosen one with its reason. */
  public static List<Line> collect() {
    List<Line> out = new ArrayList<>();
    for (BackendProvider provider : Backends.providers()) {
      Optional<String> problem = provider.unavailable();
      out.add(
          new Line("backend " + provider.name(), problem.orElse("available"), problem.isEmpty()));
    }
    try {
      Session session = Session.shared();
      out.add(new Line("chosen", session.backend().name() + ": " + session.reason(), true));
      out.add(new Line("runs on", session.backend().description(), true));
    } catch (kortex.tensor.KortexException e) {
      out.add(new Line("chosen", "none: " + e.what(), false));
    }
    return out;
  }
}

package kortex.backend.reference;

import java.util.Optional;
import kortex.backend.Backend;
import kortex.backend.BackendProvider;

/** Offers the reference backend: it runs everywhere, and is chosen last. */
public final class ReferenceProvider implements BackendProvider {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public Backend open() {
    return ReferenceBackend.create();
  }
}

package kortex.graph;

import java.util.List;
import java.util.ServiceLoader;

/**
 * Computes values. The session implements it and is found as a service, so that a tensor can be
 * printed without this package knowing how.
 */
public interface Evaluator {
  /** Computes the values; the results are fresh. */
  List<Storage> evaluate(List<Value> values);

  /** The evaluator of this process, or the one bound for the current scope. */
  static Evaluator current() {
    return SCOPED.isBound() ? SCOPED.get() : Holder.SHARED;
  }

  /** Binds another evaluator for a scope: {@code ScopedValue.where(Evaluator.SCOPED, session)}. */
  ScopedValue<Evaluator> SCOPED = ScopedValue.newInstance();

  /** Finds the service once. */
  final class Holder {
    private static final Evaluator SHARED =
        ServiceLoader.load(Evaluator.class, Evaluator.class.getClassLoader())
            .findFirst()
            .orElseThrow();

    private Holder() {}
  }
}

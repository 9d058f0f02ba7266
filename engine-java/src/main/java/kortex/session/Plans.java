package kortex.session;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kortex.graph.Graph;

/**
 * The plans that a session keeps for computations that come again. The ones used longest ago go
 * when there are too many, or when they take too much memory together.
 */
final class Plans {
  private static final int MOST = 256;
  private static final long MOST_BYTES = 512L << 20;

  private final Map<Graph, Compiled> kept = new LinkedHashMap<>(16, 0.75f, true);

  /** The plan of an equal graph. */
  Optional<Compiled> find(Graph graph) {
    return Optional.ofNullable(kept.get(graph));
  }

  /** Keeps a plan, and drops others for it. */
  void keep(Graph graph, Compiled compiled) {
    kept.put(graph, compiled);
    trim();
  }

  /** Drops what is too much; the plan used last always stays. */
  void trim() {
    long bytes = kept.values().stream().mapToLong(Compiled::bytes).sum();
    Iterator<Compiled> oldest = kept.values().iterator();
    while (kept.size() > 1 && (kept.size() > MOST || bytes > MOST_BYTES)) {
      Compiled compiled = oldest.next();
      bytes -= compiled.bytes();
      oldest.remove();
      compiled.drop();
    }
  }

  /** Drops one plan. */
  void drop(Graph graph) {
    Optional.ofNullable(kept.remove(graph)).ifPresent(Compiled::drop);
  }

  /** Drops all plans. */
  void clear() {
    kept.values().forEach(Compiled::drop);
    kept.clear();
  }

  /** The number of plans kept. */
  int size() {
    return kept.size();
  }
}

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
  private final int most;
  private final long mostBytes;
  private final Map<Key, Compiled> kept = new LinkedHashMap<>(16, 0.75f, true);

  /** What a plan depends on. */
  record Key(Graph graph, Precision precision) {}

  Plans(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** The plan of an equal graph in that precision. */
  Optional<Compiled> find(Key key) {
    return Optional.ofNullable(kept.get(key));
  }

  /** Keeps a plan, which always stays, and drops others for it. */
  void keep(Key key, Compiled compiled) {
    kept.put(key, compiled);
    long bytes = kept.values().stream().mapToLong(Compiled::bytes).sum();
    Iterator<Compiled> oldest = kept.values().iterator();
    while (kept.size() > 1 && (kept.size() > most || bytes > mostBytes)) {
      Compiled old = oldest.next();
      bytes -= old.bytes();
      oldest.remove();
      old.drop();
    }
  }

  /** Drops one plan. */
  void drop(Key key) {
    Optional.ofNullable(kept.remove(key)).ifPresent(Compiled::drop);
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

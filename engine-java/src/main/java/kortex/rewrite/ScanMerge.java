package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Body;
import kortex.op.Scan;
import kortex.tensor.TensorType;

/**
 * Makes one loop of loops that do the same and keep different results of it. Differentiation leaves
 * such behind: a scan, and the same scan with more results for its reverse.
 */
final class ScanMerge {
  private final Graph graph;
  private final Map<Key, List<Merged>> known = new HashMap<>();

  /** The merged loop that an entry belongs to. */
  private final Map<Integer, Merged> of = new HashMap<>();

  /** What loops must have in common. */
  private record Key(
      List<Ref> inputs,
      int carries,
      int sequences,
      long length,
      boolean reverse,
      List<Body.Ref> next) {}

  /** A loop with the results of all that were merged into it. */
  private static final class Merged {
    private final int first;
    private List<Body.Entry> entries;
    private final List<Body.Ref> results;

    Merged(int first, Body body) {
      this.first = first;
      this.entries = body.entries();
      this.results = new ArrayList<>(body.results());
    }

    /** Takes a body in that computes the same, perhaps more; false if it does not. */
    boolean accepts(Body body, int carries) {
      int common = Math.min(entries.size(), body.entries().size());
      if (!entries.subList(0, common).equals(body.entries().subList(0, common))) {
        return false;
      }
      entries = entries.size() == common ? body.entries() : entries;
      for (Body.Ref result : body.results().subList(carries, body.results().size())) {
        if (!results.subList(carries, results.size()).contains(result)) {
          results.add(result);
        }
      }
      return true;
    }
  }

  private ScanMerge(Graph graph) {
    this.graph = graph;
  }

  /** The graph in which equal loops run once; leaves keep their order. */
  static Traced run(Traced traced) {
    Graph graph = traced.graph();
    long scans = graph.entries().stream().filter(e -> e.op() instanceof Scan).count();
    return scans < 2 ? traced : new ScanMerge(graph).rewrite(traced);
  }

  private Traced rewrite(Traced traced) {
    for (int i = 0; i < graph.entries().size(); i++) {
      Entry entry = graph.entries().get(i);
      if (entry.op() instanceof Scan scan) {
        find(i, scan, entry.inputs().stream().map(this::canonical).toList());
      }
    }
    return write(traced);
  }

  private void find(int number, Scan scan, List<Ref> inputs) {
    Body body = scan.body();
    Key key =
        new Key(
            inputs,
            scan.carries(),
            scan.sequences(),
            scan.length(),
            scan.reverse(),
            body.results().subList(0, scan.carries()));
    List<Merged> candidates = known.computeIfAbsent(key, k -> new ArrayList<>());
    for (Merged candidate : candidates) {
      if (candidate.accepts(body, scan.carries())) {
        of.put(number, candidate);
        return;
      }
    }
    Merged fresh = new Merged(number, body);
    candidates.add(fresh);
    of.put(number, fresh);
  }

  /** The output of the merged loop that a value is. */
  private Ref canonical(Ref ref) {
    Merged merged = of.get(ref.entry());
    if (merged == null || !(graph.entry(ref).op() instanceof Scan scan)) {
      return ref;
    }
    int carries = scan.carries();
    if (ref.output() < carries) {
      return new Ref(merged.first, ref.output());
    }
    Body.Ref result = scan.body().results().get(ref.output());
    List<Body.Ref> results = merged.results.subList(carries, merged.results.size());
    return new Ref(merged.first, carries + results.indexOf(result));
  }

  private Traced write(Traced traced) {
    List<Integer> from = new ArrayList<>();
    int[] number = new int[graph.entries().size()];
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < number.length; i++) {
      Entry entry = graph.entries().get(i);
      Merged merged = of.get(i);
      if (merged != null && merged.first != i) {
        continue;
      }
      number[i] = entries.size();
      from.add(i);
      List<Ref> inputs = entry.inputs().stream().map(r -> renumbered(number, r)).toList();
      entries.add(
          merged != null && entry.op() instanceof Scan scan
              ? entry(merged, scan, inputs, entries)
              : new Entry(entry.op(), inputs, entry.types()));
    }
    Graph merged =
        new Graph(
            entries,
            graph.outputs().stream().map(r -> renumbered(number, r)).toList(),
            graph.updates().stream()
                .map(u -> new Graph.Update(number[u.target()], renumbered(number, u.value())))
                .toList());
    return traced.rewritten(merged, from);
  }

  private Ref renumbered(int[] number, Ref ref) {
    Ref canonical = canonical(ref);
    return new Ref(number[canonical.entry()], canonical.output());
  }

  private static Entry entry(Merged merged, Scan scan, List<Ref> inputs, List<Entry> entries) {
    Body body = new Body(scan.body().parameters(), merged.entries, merged.results);
    Scan all = new Scan(body, scan.carries(), scan.sequences(), scan.length(), scan.reverse());
    List<TensorType> types =
        inputs.stream().map(r -> entries.get(r.entry()).types().get(r.output())).toList();
    return new Entry(all, inputs, all.infer(types));
  }
}

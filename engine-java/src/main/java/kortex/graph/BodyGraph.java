package kortex.graph;

import java.util.ArrayList;
import java.util.List;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Body;
import kortex.op.Leaf;
import kortex.tensor.TensorType;

/** Bodies of regions as graphs, and back. */
public final class BodyGraph {
  private BodyGraph() {}

  /** The graph of a body: its leaves are the parameters, its outputs the results. */
  public static Graph of(Body body) {
    return new Graph(entries(body, 0), refs(body, body.results(), 0), List.of());
  }

  /** The body of a graph whose leaves come first and that updates nothing. */
  public static Body body(Graph graph) {
    List<Body.Entry> entries = new ArrayList<>();
    for (Entry entry : graph.entries()) {
      List<Body.Ref> inputs =
          entry.inputs().stream().map(r -> new Body.Ref(r.entry(), r.output())).toList();
      entries.add(new Body.Entry(entry.op(), inputs, entry.types()));
    }
    return new Body(
        graph.leaves().size(),
        entries,
        graph.outputs().stream().map(r -> new Body.Ref(r.entry(), r.output())).toList());
  }

  /**
   * What runs when a body does, as a graph that updates its leaves: the parameters, then a place
   * for each result that is no carry. The first {@code carries} results replace the first
   * parameters.
   */
  public static Graph stored(Body body, int carries) {
    List<TensorType> places = body.resultTypes().subList(carries, body.results().size());
    List<Entry> entries = entries(body, places.size());
    for (int i = 0; i < places.size(); i++) {
      entries.add(
          body.parameters() + i,
          new Entry(new Leaf.Read(places.get(i)), List.of(), List.of(places.get(i))));
    }
    List<Ref> results = refs(body, body.results(), places.size());
    List<Graph.Update> updates = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      int target = i < carries ? i : body.parameters() + i - carries;
      updates.add(new Graph.Update(target, results.get(i)));
    }
    return new Graph(entries, List.of(), updates);
  }

  private static List<Entry> entries(Body body, int shift) {
    List<Entry> out = new ArrayList<>();
    for (Body.Entry entry : body.entries()) {
      out.add(new Entry(entry.op(), refs(body, entry.inputs(), shift), entry.types()));
    }
    return out;
  }

  /** The entries behind the parameters move by {@code shift}. */
  private static List<Ref> refs(Body body, List<Body.Ref> refs, int shift) {
    return refs.stream()
        .map(r -> new Ref(body.isParameter(r) ? r.entry() : r.entry() + shift, r.output()))
        .toList();
  }
}

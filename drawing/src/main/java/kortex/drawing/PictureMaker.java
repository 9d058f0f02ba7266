package kortex.drawing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping;
import kortex.graph.Members;
import kortex.graph.Origin;
import kortex.graph.Storage;
import kortex.op.Leaf;
import kortex.op.Op;

/** Turns a flat graph into a picture. */
final class PictureMaker {
  private static final int LONGEST_DETAIL = 30;

  private final Graph graph;
  private final List<Storage> leaves;
  private final List<Origin> origins;
  private final List<String> results;
  private final List<Picture.Node> nodes = new ArrayList<>();
  private final List<Picture.Edge> edges = new ArrayList<>();
  private final Map<Integer, Integer> numbers = new HashMap<>();
  private final Map<Integer, List<Integer>> constants = new HashMap<>();

  /**
   * @param leaves the data behind the graph's leaves
   * @param origins the line of each entry
   * @param results what the graph's outputs are called
   */
  PictureMaker(Graph graph, List<Storage> leaves, List<Origin> origins, List<String> results) {
    this.graph = graph;
    this.leaves = leaves;
    this.origins = origins;
    this.results = results;
  }

  Picture make(List<Grouping.Group> groups, Members members) {
    List<Integer> leafEntries = graph.leaves();
    for (int i = 0; i < graph.entries().size(); i++) {
      Entry entry = graph.entries().get(i);
      switch (entry.op()) {
        case Leaf.Fill fill -> {
          // Drawn where it is used.
        }
        case Leaf.Read read -> leaf(i, leaves.get(leafEntries.indexOf(i)));
        case Op op -> op(i, entry);
      }
    }
    for (int i = 0; i < results.size(); i++) {
      Ref ref = graph.outputs().get(i);
      int result = nodes.size();
      String type = graph.type(ref).toString();
      boolean backward = origins.get(ref.entry()).gradient();
      nodes.add(new Picture.Node(Picture.Kind.RESULT, results.get(i), type, "", backward));
      edge(ref, result);
    }
    return new Picture(nodes, edges, groups(groups, members));
  }

  private void leaf(int entry, Storage storage) {
    String name = storage.name();
    String type = storage.type().toString();
    Picture.Kind kind = storage.trainable() ? Picture.Kind.VARIABLE : Picture.Kind.DATA;
    String title = name.isEmpty() ? kind.name().toLowerCase(Locale.ROOT) : name;
    add(entry, new Picture.Node(kind, title, type, origins.get(entry).toString(), false));
  }

  private void op(int i, Entry entry) {
    Origin origin = origins.get(i);
    add(
        i,
        new Picture.Node(
            Picture.Kind.OP,
            entry.op().label(),
            detail(entry.op()),
            origin.toString(),
            origin.gradient()));
    int number = nodes.size() - 1;
    entry.inputs().forEach(input -> edge(input, number));
  }

  private void add(int entry, Picture.Node node) {
    numbers.put(entry, nodes.size());
    nodes.add(node);
  }

  /** A constant is a node of its own at each use: one number read all over would tangle it all. */
  private void edge(Ref ref, int to) {
    if (graph.entry(ref).op() instanceof Leaf.Fill fill) {
      boolean backward = nodes.get(to).backward();
      nodes.add(new Picture.Node(Picture.Kind.CONSTANT, number(fill.value()), "", "", backward));
      edges.add(new Picture.Edge(nodes.size() - 1, to, fill.type().toString()));
      constants.computeIfAbsent(to, n -> new ArrayList<>()).add(nodes.size() - 1);
      return;
    }
    int from = Objects.requireNonNull(numbers.get(ref.entry()));
    String which = ref.output() == 0 ? "" : " #" + ref.output();
    edges.add(new Picture.Edge(from, to, graph.type(ref) + which));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Float.toString((float) value);
  }

  /** The settings in the op's own words, without shapes, which the edges show. */
  private static String detail(Op op) {
    String text = op.toString();
    int open = text.indexOf('[');
    if (open < 0) {
      return "";
    }
    String inside = text.substring(open + 1, text.length() - 1);
    boolean shapes = inside.startsWith("shape=") || inside.startsWith("type=");
    String shown = inside.replace("=true", "").replaceAll("\\w+=false(, )?", "");
    return shapes || shown.length() > LONGEST_DETAIL
        ? ""
        : shown.replaceAll(", $", "").replace('=', ' ');
  }

  private List<Picture.Group> groups(List<Grouping.Group> groups, Members members) {
    List<Picture.Group> out = new ArrayList<>();
    Map<Integer, Integer> taken = new HashMap<>();
    for (Grouping.Group group : groups) {
      List<Integer> inside = new ArrayList<>();
      for (int entry : members.of(group)) {
        Integer node = numbers.get(entry);
        if (node != null && taken.putIfAbsent(node, out.size()) == null) {
          inside.add(node);
          inside.addAll(constants.getOrDefault(node, List.of()));
        }
      }
      boolean kernel = group instanceof Grouping.Fused || group instanceof Grouping.Joined;
      if (kernel && inside.size() > 1) {
        out.add(new Picture.Group("kernel " + (out.size() + 1), inside));
      }
    }
    return out;
  }
}

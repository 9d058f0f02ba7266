package kortex.model;

import java.util.ArrayList;
import java.util.List;

/** Writes a spec as a script declares it: one layer a line, scopes as blocks. */
final class SpecPrinter {
  private final NetworkSpec spec;
  private final StringBuilder out = new StringBuilder();
  private final List<String> open = new ArrayList<>();

  SpecPrinter(NetworkSpec spec) {
    this.spec = spec;
  }

  String print() {
    out.append("network(").append(spec.input()).append(") {\n");
    for (int i = 0; i < spec.nodes().size(); i++) {
      LayerNode node = spec.nodes().get(i);
      List<String> scopes = scopes(node);
      enter(scopes);
      if (!closesResidual(i, scopes) && !opensBlock(i)) {
        line(node.layer() + note(i));
      }
    }
    enter(List.of());
    return out.append("}").toString();
  }

  private static List<String> scopes(LayerNode node) {
    List<String> parts = List.of(node.path().split("/"));
    return parts.subList(0, parts.size() - 1);
  }

  private void enter(List<String> scopes) {
    int same = 0;
    while (same < Math.min(open.size(), scopes.size()) && open.get(same).equals(scopes.get(same))) {
      same++;
    }
    while (open.size() > same) {
      boolean shortcut = isShortcut(open.removeLast());
      line(depth() - (shortcut ? 1 : 0), shortcut ? "}) {" : "}");
    }
    for (int i = same; i < scopes.size(); i++) {
      if (!isShortcut(scopes.get(i))) {
        boolean around = i + 1 < scopes.size() && isShortcut(scopes.get(i + 1));
        line(opening(scopes.subList(0, i + 1)) + (around ? "(shortcut = {" : " {"));
      }
      open.add(scopes.get(i));
    }
  }

  private static boolean isShortcut(String scope) {
    return scope.equals("shortcut");
  }

  /** What a block is called: as the layer of its name, which it begins with, or as its scope. */
  private String opening(List<String> scopes) {
    String path = String.join("/", scopes);
    return spec.nodes().stream()
        .filter(n -> n.path().equals(path))
        .findFirst()
        .map(n -> n.layer().toString().replace("()", ""))
        .orElseGet(() -> scopes.getLast().replaceAll("\\d+$", ""));
  }

  /** The addition at the end of a residual block is what the block means. */
  private boolean closesResidual(int i, List<String> scopes) {
    boolean last = i + 1 == spec.nodes().size() || !scopes(spec.nodes().get(i + 1)).equals(scopes);
    return last
        && spec.nodes().get(i).layer() instanceof Add
        && !scopes.isEmpty()
        && scopes.getLast().startsWith("residual");
  }

  /** A layer that changes the kind of value is what the block of its name means. */
  private boolean opensBlock(int i) {
    return i + 1 < spec.nodes().size()
        && spec.nodes().get(i + 1).path().startsWith(spec.nodes().get(i).path() + "/");
  }

  /** Inputs other than the line above. */
  private String note(int i) {
    LayerNode node = spec.nodes().get(i);
    if (node.inputs().equals(List.of(above(i)))) {
      return "";
    }
    List<String> from =
        node.inputs().stream().map(n -> n < 0 ? "input" : spec.nodes().get(n).path()).toList();
    return "  // of " + String.join(", ", from);
  }

  /** The node whose value a line reads by itself: behind a shortcut, what the shortcut reads. */
  private int above(int i) {
    if (i == 0) {
      return LayerNode.NETWORK_INPUT;
    }
    List<String> before = scopes(spec.nodes().get(i - 1));
    int end = before.lastIndexOf("shortcut") + 1;
    List<String> shortcut = before.subList(0, end);
    if (end == 0 || within(i, shortcut)) {
      return i - 1;
    }
    int first = i - 1;
    while (first > 0 && within(first - 1, shortcut)) {
      first--;
    }
    return spec.nodes().get(first).inputs().getFirst();
  }

  private boolean within(int i, List<String> outer) {
    List<String> scopes = scopes(spec.nodes().get(i));
    return scopes.size() >= outer.size() && scopes.subList(0, outer.size()).equals(outer);
  }

  private int depth() {
    return (int) open.stream().filter(scope -> !isShortcut(scope)).count();
  }

  private void line(String text) {
    line(depth(), text);
  }

  private void line(int depth, String text) {
    out.append("    ".repeat(depth + 1)).append(text).append("\n");
  }
}

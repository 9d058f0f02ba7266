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
      if (!closesResidual(i, scopes) && !opensFlatten(i)) {
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
      open.removeLast();
      line("}");
    }
    for (String scope : scopes.subList(same, scopes.size())) {
      line(scope.replaceAll("\\d+$", "") + " {");
      open.add(scope);
    }
  }

  /** The addition at the end of a residual block is what the block means. */
  private boolean closesResidual(int i, List<String> scopes) {
    boolean last = i + 1 == spec.nodes().size() || !scopes(spec.nodes().get(i + 1)).equals(scopes);
    return last
        && spec.nodes().get(i).layer() instanceof Add
        && !scopes.isEmpty()
        && scopes.getLast().startsWith("residual");
  }

  /** A flattening is what the block of its name means. */
  private boolean opensFlatten(int i) {
    return spec.nodes().get(i).layer() instanceof Flatten
        && i + 1 < spec.nodes().size()
        && spec.nodes().get(i + 1).path().startsWith(spec.nodes().get(i).path() + "/");
  }

  /** Inputs other than the line above. */
  private String note(int i) {
    LayerNode node = spec.nodes().get(i);
    if (node.inputs().equals(List.of(i - 1))) {
      return "";
    }
    List<String> from =
        node.inputs().stream().map(n -> n < 0 ? "input" : spec.nodes().get(n).path()).toList();
    return "  // of " + String.join(", ", from);
  }

  private void line(String text) {
    out.append("    ".repeat(open.size() + 1)).append(text).append("\n");
  }
}

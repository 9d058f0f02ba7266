package kortex.drawing;

/** Writes a picture in the language of Graphviz. */
final class DotWriter {
  private final StringBuilder out = new StringBuilder();
  private final Picture picture;

  private DotWriter(Picture picture) {
    this.picture = picture;
  }

  static String write(Picture picture) {
    return new DotWriter(picture).write();
  }

  private String write() {
    out.append("digraph computation {\n");
    out.append("  node [fontname=\"Helvetica\" fontsize=11 style=filled fillcolor=white];\n");
    out.append("  edge [fontname=\"Helvetica\" fontsize=9 color=\"#555555\"];\n");
    cluster("forward", false);
    cluster("backward", true);
    for (Picture.Edge edge : picture.edges()) {
      out.append("  n").append(edge.from()).append(" -> n").append(edge.to());
      out.append(" [label=").append(quote(edge.label())).append("];\n");
    }
    return out.append("}\n").toString();
  }

  private void cluster(String name, boolean backward) {
    if (picture.nodes().stream().noneMatch(n -> n.backward() == backward)) {
      return;
    }
    out.append("  subgraph cluster_").append(name).append(" {\n    label=").append(quote(name));
    out.append(" color=\"#cccccc\";\n");
    for (int i = 0; i < picture.nodes().size(); i++) {
      Picture.Node node = picture.nodes().get(i);
      if (node.backward() == backward) {
        node(i, node);
      }
    }
    out.append("  }\n");
  }

  private void node(int number, Picture.Node node) {
    String shape =
        switch (node.kind()) {
          case OP -> "box";
          case CONSTANT -> "plaintext";
          case DATA -> "cylinder";
          case VARIABLE -> "cylinder";
          case RESULT -> "doubleoctagon";
        };
    Palette.Colour colour = Palette.of(node);
    String label = node.detail().isEmpty() ? node.title() : node.title() + "\n" + node.detail();
    out.append("    n").append(number).append(" [label=").append(quote(label));
    out.append(" shape=").append(shape).append(" color=").append(quote(colour.line()));
    out.append(" fillcolor=").append(quote(colour.fill()));
    out.append(" tooltip=").append(quote(node.line())).append("];\n");
  }

  /** A quoted string; only the quote and the backslash mean something in it. */
  private static String quote(String text) {
    String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return "\"" + escaped + "\"";
  }
}

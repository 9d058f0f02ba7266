package kortex.drawing;

/** Writes a picture as a flow chart of Mermaid. */
final class MermaidWriter {
  private final StringBuilder out = new StringBuilder("flowchart TB\n");
  private final Picture picture;

  private MermaidWriter(Picture picture) {
    this.picture = picture;
  }

  static String write(Picture picture) {
    return new MermaidWriter(picture).write();
  }

  private String write() {
    cluster("forward", false);
    cluster("backward", true);
    for (Picture.Edge edge : picture.edges()) {
      out.append("  n").append(edge.from()).append(" -->|").append(quote(edge.label()));
      out.append("| n").append(edge.to()).append('\n');
    }
    for (Picture.Kind kind : Picture.Kind.values()) {
      style(kind, false);
      style(kind, true);
    }
    return out.toString();
  }

  private void cluster(String name, boolean backward) {
    if (picture.nodes().stream().noneMatch(n -> n.backward() == backward)) {
      return;
    }
    out.append("  subgraph ").append(name).append('\n');
    for (int i = 0; i < picture.nodes().size(); i++) {
      Picture.Node node = picture.nodes().get(i);
      if (node.backward() == backward) {
        node(i, node);
      }
    }
    out.append("  end\n");
  }

  private void node(int number, Picture.Node node) {
    String detail = node.detail().isEmpty() ? "" : "<br/>" + escape(node.detail());
    String label = "\"" + escape(node.title()) + detail + "\"";
    String shaped =
        switch (node.kind()) {
          case OP -> "[" + label + "]";
          case CONSTANT -> "(" + label + ")";
          case DATA, VARIABLE -> "[(" + label + ")]";
          case RESULT -> "([" + label + "])";
        };
    out.append("    n").append(number).append(shaped);
    out.append(":::").append(style(node.kind(), node.backward() ? "Back" : "")).append('\n');
  }

  private static String style(Picture.Kind kind, String suffix) {
    return kind.name().toLowerCase(java.util.Locale.ROOT) + suffix;
  }

  private void style(Picture.Kind kind, boolean backward) {
    Palette.Colour colour = Palette.of(kind, backward);
    out.append("  classDef ").append(style(kind, backward ? "Back" : ""));
    out.append(" fill:").append(colour.fill()).append(",stroke:").append(colour.line());
    out.append(",color:").append(Palette.TEXT).append('\n');
  }

  private static String quote(String text) {
    return "\"" + escape(text) + "\"";
  }

  /** Mermaid writes characters that mean something to it as entities between # and semicolon. */
  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      switch (c) {
        case '#' -> escaped.append("#35;");
        case '"' -> escaped.append("#quot;");
        case '<' -> escaped.append("#lt;");
        case '>' -> escaped.append("#gt;");
        case '&' -> escaped.append("#amp;");
        case '`' -> escaped.append("#96;");
        case '\n' -> escaped.append(' ');
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }
}

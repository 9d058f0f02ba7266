package kortex.drawing;

import java.util.List;
import java.util.Locale;
import kortex.tensor.SettingException;

/** Writes a picture as SVG. */
final class SvgWriter implements Layout.Sizes {
  private static final int MOST_NODES = 2000;
  private static final double TITLE = 13;
  private static final double DETAIL = 10;
  private static final double CORNER = 6;

  private final Picture picture;
  private final StringBuilder out = new StringBuilder();

  SvgWriter(Picture picture) {
    this.picture = picture;
  }

  String write() {
    int count = picture.nodes().size();
    if (count > MOST_NODES) {
      throw new SettingException(
          "the graph has " + count + " nodes; an SVG shows up to " + MOST_NODES,
          "Draw a part of it, such as one layer, or write it as ….dot for Graphviz.");
    }
    Layout.Placed placed = Layout.place(picture, this);
    head(placed);
    for (int i = 0; i < picture.groups().size(); i++) {
      group(placed.groups().get(i));
    }
    for (int i = 0; i < picture.edges().size(); i++) {
      edge(picture.edges().get(i), placed.edges().get(i).points());
    }
    for (int i = 0; i < picture.groups().size(); i++) {
      Layout.Box box = placed.groups().get(i);
      halo(picture.groups().get(i).title(), box.x() + 8, box.y() + 14, "start");
    }
    for (int i = 0; i < picture.nodes().size(); i++) {
      node(i, picture.nodes().get(i), placed.nodes().get(i));
    }
    // Last, so that no line runs over a label.
    for (int i = 0; i < picture.edges().size(); i++) {
      Picture.Edge edge = picture.edges().get(i);
      placed
          .edges()
          .get(i)
          .label()
          .ifPresent(box ->
              halo(edge.label(), box.x() + box.width() / 2, box.y() + box.height() - 3, "middle"));
    }
    return out.append("</svg>\n").toString();
  }

  @Override
  public Layout.Box node(Picture.Node node) {
    double text = Math.max(width(node.title(), TITLE), width(node.detail(), DETAIL));
    double height = node.detail().isEmpty() ? 28 : 40;
    return switch (node.kind()) {
      case CONSTANT -> new Layout.Box(0, 0, Math.max(24, width(node.title(), DETAIL + 1) + 14), 22);
      default -> new Layout.Box(0, 0, Math.max(44, text + 24), height);
    };
  }

  @Override
  public Layout.Box label(Picture.Edge edge) {
    return new Layout.Box(0, 0, width(edge.label(), DETAIL) + 4, DETAIL + 3);
  }

  /** Wide enough for the usual sans-serif faces: they differ by a tenth. */
  private static double width(String text, double size) {
    double em = 0;
    for (char c : text.toCharArray()) {
      em += "iljftr.,:;[]()| ".indexOf(c) >= 0 ? 0.36 : "mwMW@∂".indexOf(c) >= 0 ? 0.9 : 0.6;
    }
    return em * size;
  }

  private void head(Layout.Placed placed) {
    write(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" \
        font-family="Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        <defs>
        """,
        Math.ceil(placed.width()),
        Math.ceil(placed.height()),
        Math.ceil(placed.width()),
        Math.ceil(placed.height()));
    arrow("forward", Palette.FAINT);
    arrow("backward", Palette.of(Picture.Kind.OP, true).line());
    out.append("</defs>\n");
  }

  private void arrow(String id, String colour) {
    write(
        "<marker id=\"%s\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"7\""
            + " markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0.8 L8 4 L0 7.2 z\" fill=\"%s\"/>"
            + "</marker>\n",
        id, colour);
  }

  private void group(Layout.Box box) {
    write(
        "<rect class=\"group\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"8\""
            + " fill=\"#fafafa\" stroke=\"#999999\" stroke-dasharray=\"5 3\"/>\n",
        box.x(), box.y(), box.width(), box.height());
  }

  private void edge(Picture.Edge edge, List<Layout.Point> points) {
    boolean backward = picture.nodes().get(edge.to()).backward();
    String colour = backward ? Palette.of(Picture.Kind.OP, true).line() : Palette.FAINT;
    write(
        "<path class=\"edge\" data-from=\"n%d\" data-to=\"n%d\" d=\"%s\" fill=\"none\""
            + " stroke=\"%s\" stroke-width=\"1.1\" marker-end=\"url(#%s)\">"
            + "<title>%s</title></path>\n",
        edge.from(),
        edge.to(),
        path(points),
        colour,
        backward ? "backward" : "forward",
        escape(edge.label()));
  }

  /** Straight lines with rounded corners. */
  private static String path(List<Layout.Point> points) {
    StringBuilder path = new StringBuilder(at("M", points.getFirst()));
    for (int i = 1; i < points.size() - 1; i++) {
      Layout.Point corner = points.get(i);
      path.append(at(" L", towards(corner, points.get(i - 1))));
      path.append(at(" Q", corner)).append(at(" ", towards(corner, points.get(i + 1))));
    }
    return path.append(at(" L", points.getLast())).toString();
  }

  private static Layout.Point towards(Layout.Point corner, Layout.Point other) {
    double length = Math.hypot(other.x() - corner.x(), other.y() - corner.y());
    double part = length == 0 ? 0 : Math.min(CORNER, length / 2) / length;
    return new Layout.Point(
        corner.x() + (other.x() - corner.x()) * part, corner.y() + (other.y() - corner.y()) * part);
  }

  private static String at(String command, Layout.Point point) {
    return String.format(Locale.ROOT, "%s%.1f %.1f", command, point.x(), point.y());
  }

  private void node(int number, Picture.Node node, Layout.Box box) {
    write("<g class=\"node %s\" id=\"n%d\">", node.kind().name().toLowerCase(Locale.ROOT), number);
    if (!node.line().isEmpty()) {
      write("<title>%s</title>", escape(node.line()));
    }
    shape(node, box);
    String colour = node.kind() == Picture.Kind.RESULT ? "#ffffff" : Palette.TEXT;
    double middle = box.x() + box.width() / 2;
    double size = node.kind() == Picture.Kind.CONSTANT ? DETAIL + 1 : TITLE;
    boolean two = !node.detail().isEmpty();
    double baseline = box.y() + box.height() / 2 + (two ? -2 : size * 0.36);
    text(node.title(), middle, baseline, size, colour, "middle");
    if (two) {
      String faint = node.kind() == Picture.Kind.RESULT ? "#ffffff" : Palette.FAINT;
      text(node.detail(), middle, baseline + 13, DETAIL, faint, "middle");
    }
    out.append("</g>\n");
  }

  private void shape(Picture.Node node, Layout.Box box) {
    Palette.Colour colour = Palette.of(node);
    double round =
        switch (node.kind()) {
          case OP -> 5;
          case CONSTANT -> box.height() / 2;
          case DATA, VARIABLE -> 0;
          case RESULT -> box.height() / 2;
        };
    rectangle(box, round, colour, 1.2);
    if (node.kind() == Picture.Kind.DATA || node.kind() == Picture.Kind.VARIABLE) {
      Layout.Box inner =
          new Layout.Box(box.x() + 3, box.y() + 3, box.width() - 6, box.height() - 6);
      rectangle(inner, 0, colour, 0.7);
    }
  }

  private void rectangle(Layout.Box box, double round, Palette.Colour colour, double line) {
    write(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\" fill=\"%s\""
            + " stroke=\"%s\" stroke-width=\"%.1f\"/>",
        box.x(), box.y(), box.width(), box.height(), round, colour.fill(), colour.line(), line);
  }

  /** Text that stays readable where a line passes behind it. */
  private void halo(String text, double x, double y, String anchor) {
    write(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.0f\" fill=\"%s\" text-anchor=\"%s\""
            + " stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\">%s</text>\n",
        x, y, DETAIL, Palette.FAINT, anchor, escape(text));
  }

  private void text(String text, double x, double y, double size, String colour, String anchor) {
    write(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.0f\" fill=\"%s\" text-anchor=\"%s\">%s</text>",
        x, y, size, colour, anchor, escape(text));
  }

  private void write(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> escaped.append("&amp;");
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '"' -> escaped.append("&quot;");
            default -> escaped.appendCodePoint(c < 0x20 || c == 0xFFFE || c == 0xFFFF ? ' ' : c);
          }
        });
    return escaped.toString();
  }
}

package kortex.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kortex.tensor.Shape;

/** The sizes of a network, layer by layer. */
record NetworkTable(NetworkSpec spec, List<Row> rows) {
  record Row(String path, Shape output, long parameters, long flops) {}

  static NetworkTable of(NetworkSpec spec) {
    List<Shape> shapes = spec.shapes();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      LayerNode node = spec.nodes().get(i);
      List<Shape> inputs = spec.inputShapes(node, shapes);
      long parameters =
          node.layer().weights(inputs).stream().mapToLong(w -> w.shape().size()).sum();
      rows.add(new Row(node.path(), shapes.get(i), parameters, node.layer().flops(inputs)));
    }
    return new NetworkTable(spec, rows);
  }

  long parameters() {
    return rows.stream().mapToLong(Row::parameters).sum();
  }

  long flops() {
    return rows.stream().mapToLong(Row::flops).sum();
  }

  @Override
  public String toString() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("layer", "output", "parameters", "FLOPs"));
    lines.add(List.of("input", spec.input().shape().toString(), "", ""));
    for (Row row : rows) {
      String parameters = row.parameters == 0 ? "" : number(row.parameters);
      String flops = row.flops == 0 ? "" : number(row.flops);
      lines.add(List.of(row.path, row.output.toString(), parameters, flops));
    }
    lines.add(List.of("total", "", number(parameters()), number(flops())));
    return align(lines);
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** Text columns to the left, numbers to the right. */
  private static String align(List<List<String>> lines) {
    int[] widths = new int[4];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String pad = " ".repeat(widths[i] - line.get(i).length());
        text.append(i < 2 ? line.get(i) + pad : pad + line.get(i)).append("  ");
      }
      out.append(text.toString().stripTrailing()).append("\n");
    }
    return out.toString().stripTrailing();
  }
}

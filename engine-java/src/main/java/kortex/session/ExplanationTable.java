package kortex.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kortex.tensor.TensorType;

/** Writes an explanation as aligned columns. */
final class ExplanationTable {
  private static final int WIDEST = 60;

  private final StringBuilder out = new StringBuilder();

  private ExplanationTable() {}

  static String write(Explanation e) {
    ExplanationTable table = new ExplanationTable();
    table.summary(e);
    table.groups(e.groups());
    table.apart(e.apart());
    table.choices(e.choices());
    table.steps(e.steps());
    table.passes(e.passes());
    table.values(e.values());
    table.stored(e.stored());
    table.peak(e);
    return table.out.toString().stripTrailing();
  }

  private void summary(Explanation e) {
    double flops = e.steps().stream().mapToDouble(Explanation.Step::flops).sum();
    long moved = e.steps().stream().mapToLong(s -> s.bytesRead() + s.bytesWritten()).sum();
    out.append(
        "%s in %s on %s: %s flops, %s read and written, %s at the peak%n"
            .formatted(
                plural(e.groups().size(), "group"),
                plural(e.steps().size(), "step"),
                e.backend(),
                Bytes.count(flops),
                Bytes.text(moved),
                Bytes.text(e.peakBytes())));
  }

  private static String plural(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private void groups(List<Explanation.Group> groups) {
    List<List<String>> rows = new ArrayList<>();
    for (Explanation.Group g : groups) {
      rows.add(
          List.of(
              "g" + g.number(), g.how(), ops(g.ops()), types(g.results()), g.from().toString()));
    }
    table(List.of("group", "", "ops", "result", "line"), rows);
  }

  private void apart(List<Explanation.Apart> apart) {
    List<List<String>> rows = new ArrayList<>();
    apart.forEach(a -> rows.add(List.of("g" + a.first() + " g" + a.second(), a.why())));
    table(List.of("apart", "because"), rows);
  }

  private void choices(List<Explanation.Choice> choices) {
    List<List<String>> rows = new ArrayList<>();
    choices.forEach(c -> rows.add(List.of(c.what(), c.how(), c.from().toString())));
    table(List.of("op", "how", "line"), rows);
  }

  /** Ops in the order in which they were first met, repeated ones counted. */
  private static String ops(List<String> ops) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    ops.forEach(op -> counts.merge(op, 1, Integer::sum));
    String text =
        counts.entrySet().stream()
            .map(e -> e.getKey() + (e.getValue() == 1 ? "" : "×" + e.getValue()))
            .collect(Collectors.joining(" "));
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 1) + "…";
  }

  private static String types(List<TensorType> types) {
    return types.stream().map(TensorType::toString).collect(Collectors.joining(" "));
  }

  private void steps(List<Explanation.Step> steps) {
    List<List<String>> rows = new ArrayList<>();
    for (Explanation.Step s : steps) {
      rows.add(
          List.of(
              Integer.toString(s.number()),
              s.kind().toString(),
              s.group() == 0 ? "" : "g" + s.group(),
              s.what(),
              types(s.results()),
              Bytes.text(s.bytesRead()),
              Bytes.text(s.bytesWritten()),
              Bytes.count(s.flops())));
    }
    table(List.of("step", "", "group", "op", "writes", "read", "written", "flops"), rows);
  }

  private void passes(List<Explanation.Pass> passes) {
    if (!passes.isEmpty()) {
      String steps =
          passes.stream().map(p -> p.first() + "–" + p.last()).collect(Collectors.joining(", "));
      out.append("%nin one pass, side by side: steps %s%n".formatted(steps));
    }
  }

  private void values(List<Explanation.Value> values) {
    List<List<String>> rows = new ArrayList<>();
    for (Explanation.Value v : values) {
      rows.add(
          List.of(
              v.what(),
              v.type().toString(),
              Bytes.text(v.type().bytes()),
              "arena + " + v.offset(),
              v.firstStep() + "–" + v.lastStep(),
              v.from().toString()));
    }
    table(List.of("value", "type", "bytes", "place", "steps", "line"), rows);
  }

  private void stored(List<Explanation.Stored> stored) {
    List<List<String>> rows = new ArrayList<>();
    for (Explanation.Stored s : stored) {
      rows.add(
          List.of(
              s.name().isEmpty() ? "–" : s.name(),
              s.type().toString(),
              Bytes.text(s.type().bytes()),
              s.updated() ? "updated" : "read",
              s.from().toString()));
    }
    table(List.of("stored", "type", "bytes", "", "line"), rows);
  }

  private void peak(Explanation e) {
    String made =
        e.values().stream()
            .filter(v -> v.firstStep() <= e.peakStep() && e.peakStep() <= v.lastStep())
            .sorted((a, b) -> Long.compare(b.type().bytes(), a.type().bytes()))
            .limit(5)
            .map(v -> v.what() + " " + v.type())
            .collect(Collectors.joining(", "));
    long stored = e.stored().stream().mapToLong(s -> s.type().bytes()).sum();
    out.append(
        "%npeak %s in an arena of %s, at step %d%s; stored values %s%n"
            .formatted(
                Bytes.text(e.peakBytes()),
                Bytes.text(e.arenaBytes()),
                e.peakStep(),
                made.isEmpty() ? "" : ": " + made,
                Bytes.text(stored)));
  }

  private void table(List<String> heads, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    int[] widths = new int[heads.size()];
    for (int c = 0; c < widths.length; c++) {
      int column = c;
      widths[c] =
          Math.max(
              heads.get(c).length(),
              rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0));
    }
    out.append(System.lineSeparator());
    line(heads, widths);
    rows.forEach(row -> line(row, widths));
  }

  private void line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      line.append(cells.get(c)).append(" ".repeat(widths[c] - cells.get(c).length() + 2));
    }
    out.append(line.toString().stripTrailing()).append(System.lineSeparator());
  }
}

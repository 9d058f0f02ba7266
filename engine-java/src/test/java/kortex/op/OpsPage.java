package kortex.op;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kortex.backend.Backend;
import kortex.graph.GraphEmit;
import kortex.graph.Node;
import kortex.graph.Storage;
import kortex.graph.Value;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.KortexException;
import kortex.tensor.TensorType;

/**
 * {@code docs/ops.md}, made from the op table: what an op is comes from its documentation, what it
 * takes and gives from asking it. Run {@link #main} after adding an op.
 */
final class OpsPage {
  static final Path PAGE = Path.of("../docs/ops.md");
  private static final Path SOURCES = Path.of("src/main/java/kortex/op");
  private static final Pattern RECORD =
      Pattern.compile(
          "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:public )?record (\\w+)\\(", Pattern.DOTALL);
  private static final Pattern INLINE = Pattern.compile("\\{@(?:code|link) #?([^}]*)}");

  private OpsPage() {}

  /** Writes the page. */
  public static void main(String[] args) throws IOException {
    Files.writeString(PAGE, text());
  }

  static String text() throws IOException {
    Map<String, String> docs = documentation();
    Map<String, List<String>> families = new LinkedHashMap<>();
    Map<Class<?>, List<OpCase>> rows =
        OpTable.cases().stream()
            .collect(
                Collectors.groupingBy(
                    c -> c.op().apply(DType.F32).getClass(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    rows.forEach((op, cases) ->
        families.computeIfAbsent(family(op), f -> new ArrayList<>()).add(line(op, cases, docs)));
    StringBuilder out = new StringBuilder(INTRODUCTION);
    families.forEach((family, lines) -> {
      out.append("\n## ").append(family).append("\n\n").append(HEAD);
      lines.forEach(out::append);
    });
    return out.toString();
  }

  private static final String INTRODUCTION =
      """
      # Ops

      What graphs are made of. This page is generated from the op table, which also drives the tests: every op is compared with the reference
      on every backend, alone and fused, and its first and second derivatives with finite differences in double. Functions that are not here
      are made of these.

      - *Example* shows the types that the op takes and gives.
      - *Gradient*: the inputs that a gradient flows to. All gradients can be differentiated again.
      - *CPU*: `kernel` is fused with its neighbours into code generated for them; `whole` runs as one step, by a library where there is one.
        The reference backend runs every op.
      """;

  private static final String HEAD =
      """
      | op | what it computes | example | dtypes | gradient | CPU |
      |---|---|---|---|---|---|
      """;

  private static String line(Class<?> op, List<OpCase> cases, Map<String, String> docs) {
    OpCase row =
        cases.stream()
            .filter(c -> c.inputs().stream().allMatch(o -> o.shape().size() > 1))
            .findFirst()
            .orElse(cases.getFirst());
    String name = op.getSimpleName();
    String doc =
        Optional.ofNullable(docs.get(key(family(op), name)))
            .orElseThrow(() -> new IllegalStateException("op " + name + " has no comment"));
    return Stream.of(
            "`" + row.op().apply(DType.F32).label() + "`",
            doc.replace("|", "\\|"),
            "`" + example(row) + "`",
            dtypes(cases),
            gradient(row),
            backend(row))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String key(String unit, String record) {
    return unit + "." + record;
  }

  private static String family(Class<?> op) {
    Class<?> outer = op.getEnclosingClass();
    return (outer == null ? op : outer).getSimpleName();
  }

  /** The first paragraphs of the comments of all op records, by name. */
  private static Map<String, String> documentation() throws IOException {
    Map<String, String> out = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        Matcher record = RECORD.matcher(Files.readString(file));
        while (record.find()) {
          String unit = file.getFileName().toString().replace(".java", "");
          out.put(key(unit, record.group(2)), firstParagraph(record.group(1)));
        }
      }
    }
    return out;
  }

  private static String firstParagraph(String comment) {
    String first = comment.split("\\n\\s*\\*\\s*\\n", 2)[0];
    String text = first.replaceAll("\\s*\\n\\s*\\*?\\s?", " ").strip();
    return INLINE.matcher(text).replaceAll("`$1`").replace("&lt;", "<").replace("&gt;", ">");
  }

  private static List<TensorType> types(OpCase row, DType dtype) {
    return row.inputs().stream().map(o -> o.type(dtype)).toList();
  }

  private static String example(OpCase row) {
    List<TensorType> inputs = types(row, DType.F32);
    String to =
        row.op().apply(DType.F32).infer(inputs).stream()
            .map(TensorType::toString)
            .collect(Collectors.joining(", "));
    String from = inputs.stream().map(TensorType::toString).collect(Collectors.joining(", "));
    return from.isEmpty() ? to : from + " → " + to;
  }

  /** The dtypes of the inputs that have none of their own. */
  private static String dtypes(List<OpCase> cases) {
    List<DType> accepted =
        Arrays.stream(DType.values())
            .filter(d -> cases.stream().anyMatch(row -> accepts(row, d)))
            .toList();
    if (accepted.equals(List.of(DType.values()))) {
      return "all";
    }
    if (accepted.isEmpty()) {
      return "";
    }
    List<DType> floats = Arrays.stream(DType.values()).filter(DType::isFloat).toList();
    if (accepted.equals(floats)) {
      return "floats";
    }
    List<DType> numbers = Arrays.stream(DType.values()).filter(d -> d != DType.BOOL).toList();
    return accepted.equals(numbers)
        ? "numbers"
        : accepted.stream().map(DType::toString).collect(Collectors.joining(" "));
  }

  private static boolean accepts(OpCase row, DType dtype) {
    boolean own = row.inputs().stream().anyMatch(o -> o.dtype().filter(dtype::equals).isPresent());
    boolean free = row.inputs().stream().anyMatch(o -> o.dtype().isEmpty());
    try {
      row.op().apply(dtype).infer(types(row, dtype));
      return own || free || row.inputs().isEmpty();
    } catch (KortexException e) {
      return false;
    }
  }

  private static String gradient(OpCase row) {
    List<Value> inputs =
        types(row, DType.F32).stream().map(t -> Node.read(Storage.zeros(t)).out(0)).toList();
    Op op = row.op().apply(DType.F32);
    List<Value> outputs = GraphEmit.INSTANCE.emit(op, inputs);
    List<Value> gradients = outputs.stream().map(o -> GraphEmit.INSTANCE.fillLike(o, 1)).toList();
    if (!outputs.getFirst().type().dtype().isFloat()) {
      return "none";
    }
    List<Optional<Value>> flows =
        op.vjp(GraphEmit.INSTANCE, new Op.Call<>(inputs, outputs, gradients));
    if (flows.stream().noneMatch(Optional::isPresent)) {
      return "none";
    }
    if (flows.stream().allMatch(Optional::isPresent)) {
      return flows.size() == 1 ? "yes" : "all";
    }
    List<String> to = new ArrayList<>();
    for (int i = 0; i < flows.size(); i++) {
      if (flows.get(i).isPresent()) {
        to.add(String.valueOf(i + 1));
      }
    }
    return "input " + String.join(", ", to);
  }

  private static String backend(OpCase row) {
    Backend cpu = Session.shared().backend();
    return cpu.runsWhole(row.op().apply(DType.F32), types(row, DType.F32)) ? "whole" : "kernel";
  }
}

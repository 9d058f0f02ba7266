package kortex.graph;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.model.Golden;
import kortex.session.Session;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Indexing, padding and joining against NumPy. Numbers from make_slicing.py. */
class SlicingGoldenTest {
  private static final Golden GOLDEN = Golden.load("slicing");
  private static final List<Session> SESSIONS =
      List.of(
          Session.on(ReferenceBackend.create()),
          Session.on(ReferenceBackend.interpreting()),
          Session.open("cpu"));
  private static final Pattern INDEXED = Pattern.compile("([vmx])((?:\\[[^\\]]*\\])+)");

  private static final Tensor V = GOLDEN.tensor("in/v");
  private static final Tensor M = GOLDEN.tensor("in/m");
  private static final Tensor X = GOLDEN.tensor("in/x");

  /** What is not written with brackets alone. */
  private static final Map<String, Supplier<Tensor>> FUNCTIONS = new HashMap<>();

  static {
    FUNCTIONS.putAll(pads());
    FUNCTIONS.putAll(joins());
    FUNCTIONS.putAll(matrices());
    FUNCTIONS.putAll(orders());
  }

  private static Map<String, Supplier<Tensor>> pads() {
    return Map.ofEntries(
        entry("np.pad(v, (2, 3))", () -> V.pad(0, 2, 3, 0)),
        entry("np.pad(v, (0, 2), constant_values=1.5)", () -> V.pad(-1, 0, 2, 1.5)),
        entry(
            "np.pad(m, ((1, 0), (0, 2)), constant_values=-1)",
            () -> M.pad(0, 1, 0, -1).pad(1, 0, 2, -1)),
        entry("np.pad(v, (3, 2), mode=\"reflect\")", () -> V.pad(0, 3, 2, PadMode.REFLECT)),
        entry("np.pad(v, (6, 6), mode=\"reflect\")", () -> V.pad(0, 6, 6, PadMode.REFLECT)),
        entry("np.pad(v, (3, 7), mode=\"symmetric\")", () -> V.pad(0, 3, 7, PadMode.SYMMETRIC)),
        entry("np.pad(v, (4, 9), mode=\"edge\")", () -> V.pad(0, 4, 9, PadMode.EDGE)),
        entry("np.pad(v, (7, 2), mode=\"wrap\")", () -> V.pad(0, 7, 2, PadMode.WRAP)),
        entry(
            "np.pad(x, ((1, 2), (0, 0), (2, 1)), mode=\"reflect\")",
            () -> X.pad(0, 1, 2, PadMode.REFLECT).pad(2, 2, 1, PadMode.REFLECT)),
        entry(
            "np.pad(x, ((0, 1), (2, 2), (0, 0)), mode=\"edge\")",
            () -> X.pad(0, 0, 1, PadMode.EDGE).pad(1, 2, 2, PadMode.EDGE)),
        entry(
            "np.pad(m, ((2, 1), (3, 2)), mode=\"wrap\")",
            () -> M.pad(0, 2, 1, PadMode.WRAP).pad(1, 3, 2, PadMode.WRAP)));
  }

  private static Map<String, Supplier<Tensor>> joins() {
    return Map.ofEntries(
        entry("np.concatenate([m, m[:2]])", () -> Joining.concat(List.of(M, index("m[:2]")), 0)),
        entry(
            "np.concatenate([x, x[:, :0], x[:, 3:]], axis=1)",
            () -> Joining.concat(List.of(X, index("x[:, :0]"), index("x[:, 3:]")), 1)),
        entry("np.stack([v, v * 2])", () -> Joining.stack(List.of(V, V.mul(2)), 0)),
        entry("np.stack([m, -m], axis=-1)", () -> Joining.stack(List.of(M, M.neg()), -1)),
        entry("np.tile(v, 3)", () -> V.tile(3)),
        entry("np.tile(v, (2, 2))", () -> V.tile(2, 2)),
        entry("np.tile(m, 2)", () -> M.tile(2)),
        entry("np.tile(x, (2, 1))", () -> X.tile(2, 1)),
        entry("np.repeat(v, 3)", () -> V.repeat(3, 0)),
        entry("np.repeat(x, 2, axis=1)", () -> X.repeat(2, 1)),
        entry("np.split(m, 3, axis=1)[1]", () -> M.split(3, 1).get(1)),
        entry("np.array_split(v, 3)[0]", () -> V.chunk(3, 0).getFirst()),
        entry("np.meshgrid(v[:3], v[3:], indexing=\"ij\")[0]", () -> grid().get(0)),
        entry("np.meshgrid(v[:3], v[3:], indexing=\"ij\")[1]", () -> grid().get(1)),
        entry("np.lib.stride_tricks.sliding_window_view(v, 3)[::2]", () -> V.windows(0, 3, 2)),
        entry("np.lib.stride_tricks.sliding_window_view(x, 2, axis=1)", () -> X.windows(1, 2, 1)));
  }

  private static List<Tensor> grid() {
    return Joining.meshgrid(List.of(index("v[:3]"), index("v[3:]")));
  }

  private static Map<String, Supplier<Tensor>> matrices() {
    return Map.ofEntries(
        entry("np.tril(m)", () -> M.tril(0)),
        entry("np.tril(m, 2)", () -> M.tril(2)),
        entry("np.tril(x, -1)", () -> X.tril(-1)),
        entry("np.triu(m)", () -> M.triu(0)),
        entry("np.triu(m, -2)", () -> M.triu(-2)),
        entry("np.triu(x, 1)", () -> X.triu(1)),
        entry("np.diag(v)", () -> V.diag(0)),
        entry("np.diag(v, 2)", () -> V.diag(2)),
        entry("np.diag(v, -1)", () -> V.diag(-1)),
        entry("np.diagonal(m)", () -> M.diagonal(0)),
        entry("np.diagonal(m, 3)", () -> M.diagonal(3)),
        entry("np.diagonal(m, -2)", () -> M.diagonal(-2)),
        entry("np.diagonal(m, 9)", () -> M.diagonal(9)),
        entry("np.diagonal(x, 1, 0, 1)", () -> X.diagonal(1, 0, 1)),
        entry("np.diagonal(x, 0, 2, 0)", () -> X.diagonal(0, 2, 0)),
        entry("np.trace(m)", M::trace));
  }

  private static Map<String, Supplier<Tensor>> orders() {
    return Map.ofEntries(
        entry("np.roll(v, 2)", () -> V.roll(2, 0)),
        entry("np.roll(v, -3)", () -> V.roll(-3, 0)),
        entry("np.roll(v, 16)", () -> V.roll(16, 0)),
        entry("np.roll(m, 1, axis=0)", () -> M.roll(1, 0)),
        entry("np.roll(x, -2, axis=1)", () -> X.roll(-2, 1)),
        entry("np.flip(x)", X::flip),
        entry("np.flip(x, 1)", () -> X.flip(1)),
        entry("np.flip(m, (0, 1))", () -> M.flip(0, 1)),
        entry("np.moveaxis(x, 0, 2)", () -> X.moveAxis(0, 2)),
        entry("np.moveaxis(x, -1, 0)", () -> X.moveAxis(-1, 0)),
        entry("np.swapaxes(x, 0, -1)", () -> X.swapAxes(0, -1)),
        entry("np.transpose(x, (1, 2, 0))", () -> X.permute(1, 2, 0)));
  }

  static Stream<String> expressions() {
    return GOLDEN.file().tensors().keySet().stream().filter(name -> !name.startsWith("in/"));
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void agreesWithNumPy(String expression) {
    for (Session session : SESSIONS) {
      Tensor y = evaluate(expression);
      assertEquals(GOLDEN.tensor(expression).shape(), y.shape());
      float[] actual = ScopedValue.where(Evaluator.SCOPED, session).call(y::toFloatArray);
      // A trace is a sum, whose order is free.
      float tolerance = expression.contains("trace") ? 1e-6f : 0;
      assertArrayEquals(
          GOLDEN.floats(expression), actual, tolerance, session.backend().description());
    }
  }

  private static Tensor evaluate(String expression) {
    int assigned = expression.indexOf(" = ");
    if (FUNCTIONS.containsKey(expression)) {
      return FUNCTIONS.get(expression).get();
    }
    if (assigned < 0) {
      return index(expression);
    }
    Matcher target = INDEXED.matcher(expression.substring(0, assigned));
    assertTrue(target.matches(), expression);
    Slice[] slices = slices(target.group(2).substring(1, target.group(2).length() - 1));
    String value = expression.substring(assigned + 3);
    return value.matches("[\\d.]+")
        ? named(target.group(1)).with(Double.parseDouble(value), slices)
        : named(target.group(1)).with(index(value), slices);
  }

  private static Tensor named(String name) {
    return name.equals("v") ? V : name.equals("m") ? M : X;
  }

  /** A tensor by its name, with any number of indices in brackets. */
  private static Tensor index(String text) {
    if (text.length() == 1) {
      return named(text);
    }
    Matcher parsed = INDEXED.matcher(text);
    assertTrue(parsed.matches(), text);
    Tensor out = named(parsed.group(1));
    String brackets = parsed.group(2);
    for (String part : brackets.substring(1, brackets.length() - 1).split("\\]\\[")) {
      out = out.slice(slices(part));
    }
    return out;
  }

  private static Slice[] slices(String text) {
    List<Slice> out = new ArrayList<>();
    for (String part : text.split(", ")) {
      out.add(slice(part));
    }
    return out.toArray(Slice[]::new);
  }

  private static Slice slice(String text) {
    if (text.equals("...")) {
      return Slice.ELLIPSIS;
    }
    if (text.equals("new")) {
      return Slice.NEW_AXIS;
    }
    String[] parts = text.split(":", -1);
    if (parts.length == 1) {
      return Slice.at(Long.parseLong(text));
    }
    long step = parts.length == 3 && !parts[2].isEmpty() ? Long.parseLong(parts[2]) : 1;
    return new Slice.Between(bound(parts[0]), bound(parts[1]), step);
  }

  private static OptionalLong bound(String text) {
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
  }
}

package kortex.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Tensor;
import kortex.model.Golden;
import kortex.session.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Linear algebra against PyTorch: results, gradients, and gradients of these. Numbers from
 * make_linalg.py.
 */
class LinearAlgebraGoldenTest {
  private static final Golden GOLDEN = Golden.load("linalg");
  private static final List<Session> SESSIONS =
      List.of(Session.open("cpu"), Session.on(ReferenceBackend.create()));
  private static final Map<String, BinaryOperator<Tensor>> FUNCTIONS = functions();

  private static Map<String, BinaryOperator<Tensor>> functions() {
    Map<String, BinaryOperator<Tensor>> out = new LinkedHashMap<>();
    out.put("cholesky", of(Tensor::cholesky));
    out.put("solve", Tensor::solve);
    out.put("solveVector", Tensor::solve);
    out.put("solveStack", Tensor::solve);
    out.put("lower", (a, b) -> a.triangularSolve(b, true, false, false));
    out.put("upper", (a, b) -> a.triangularSolve(b, false, false, false));
    out.put("unit", (a, b) -> a.triangularSolve(b, true, false, true));
    out.put("choleskySolve", Tensor::choleskySolve);
    out.put("inverse", of(Tensor::inverse));
    out.put("det", of(Tensor::det));
    out.put("logAbsDet", of(a -> a.slogDet().logAbs()));
    out.put("pinvTall", of(Tensor::pinv));
    out.put("pinvWide", of(Tensor::pinv));
    out.put("pinvOrthogonal", of(Tensor::pinv));
    out.put("lstsq", Tensor::lstsq);
    out.put("q", of(a -> a.qr().q()));
    out.put("r", of(a -> a.qr().r()));
    out.put("qSquare", of(a -> a.qr().q()));
    out.put("qWide", of(a -> a.qr().q()));
    out.put("rWide", of(a -> a.qr().r()));
    out.put("u", of(a -> a.svd().u()));
    out.put("s", of(a -> a.svd().s()));
    out.put("vt", of(a -> a.svd().vt()));
    out.put("nuclearNorm", of(Tensor::nuclearNorm));
    out.put("spectralNorm", of(Tensor::spectralNorm));
    out.put("cond", of(Tensor::cond));
    out.put("values", of(a -> a.eigh().values()));
    out.put("vectors", of(a -> a.eigh().vectors()));
    out.put("power", of(a -> a.matrixPower(5)));
    out.put("powerNegative", of(a -> a.matrixPower(-2)));
    return out;
  }

  private static BinaryOperator<Tensor> of(UnaryOperator<Tensor> f) {
    return (a, b) -> f.apply(a);
  }

  static Stream<String> cases() {
    return FUNCTIONS.keySet().stream();
  }

  @Test
  void everyGoldenCaseIsTested() {
    TreeSet<String> names = new TreeSet<>();
    GOLDEN.file().tensors().keySet().forEach(n -> names.add(n.substring(0, n.indexOf('/'))));
    assertEquals(names, new TreeSet<>(FUNCTIONS.keySet()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPyTorch(String name) {
    for (Session session : SESSIONS) {
      ScopedValue.where(Evaluator.SCOPED, session).run(() -> compare(name));
    }
  }

  private static void compare(String name) {
    Tensor a = GOLDEN.tensor(name + "/a");
    boolean two = GOLDEN.file().tensors().containsKey(name + "/b");
    Tensor b = two ? GOLDEN.tensor(name + "/b") : a;
    List<Tensor> inputs = two ? List.of(a, b) : List.of(a);
    Tensor y = Objects.requireNonNull(FUNCTIONS.get(name)).apply(a, b);
    close(name + "/y", y);
    List<Tensor> first = Autodiff.grad(y.mul(GOLDEN.tensor(name + "/dy")).sum(), inputs);
    List<Tensor> squares = new ArrayList<>();
    first.forEach(g -> squares.add(g.square().sum()));
    List<Tensor> second = Autodiff.grad(squares.stream().reduce(Tensor::add).orElseThrow(), inputs);
    for (int i = 0; i < inputs.size(); i++) {
      String key = i == 0 ? "a" : "b";
      close(name + "/d" + key, first.get(i));
      close(name + "/dd" + key, second.get(i));
    }
  }

  private static void close(String name, Tensor actual) {
    Tensor expected = GOLDEN.tensor(name);
    assertEquals(expected.type(), actual.type(), name);
    double scale = expected.abs().max().item();
    double error = actual.sub(expected).abs().max().item();
    assertTrue(error <= 1e-9 * (1 + scale), name + " is off by " + error + " of " + scale);
  }
}

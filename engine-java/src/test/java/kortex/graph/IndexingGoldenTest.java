package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.model.Golden;
import kortex.session.Session;
import kortex.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Indexing, sorting and scans against PyTorch, with derivatives of first and second order, and
 * counts against NumPy. Numbers from make_indexing.py.
 */
class IndexingGoldenTest {
  private static final Golden GOLDEN = Golden.load("indexing");
  private static final List<Session> SESSIONS =
      List.of(
          Session.on(ReferenceBackend.create()),
          Session.on(ReferenceBackend.interpreting()),
          Session.open("cpu"));

  private interface Function {
    Tensor of(List<Tensor> floats, List<Tensor> indices);
  }

  record Case(String name, Function function) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    List<Case> out = new ArrayList<>();
    for (int axis = 0; axis < 3; axis++) {
      int a = axis;
      out.add(new Case("take" + a, (x, i) -> x.get(0).take(i.get(0), a)));
      out.add(new Case("gather" + a, (x, i) -> x.get(0).takeAlongAxis(i.get(0), a)));
      out.add(new Case("scatter" + a, (x, i) -> x.get(0).scatter(i.get(0), x.get(1), a)));
      out.add(new Case("scatterAdd" + a, (x, i) -> x.get(0).scatterAdd(i.get(0), x.get(1), a)));
      out.add(new Case("scatterMax" + a, (x, i) -> x.get(0).scatterMax(i.get(0), x.get(1), a)));
      out.add(new Case("scatterMin" + a, (x, i) -> x.get(0).scatterMin(i.get(0), x.get(1), a)));
      out.add(new Case("sort" + a, (x, i) -> x.get(0).sort(a)));
      out.add(new Case("sortDown" + a, (x, i) -> x.get(0).sort(a, true)));
      out.add(new Case("topK" + a, (x, i) -> x.get(0).topK(3, a).values()));
      out.add(new Case("bottomK" + a, (x, i) -> x.get(0).topK(2, a, false).values()));
      out.add(new Case("median" + a, (x, i) -> x.get(0).median(a)));
      out.add(new Case("quantile" + a, (x, i) -> x.get(0).quantile(0.3, a)));
      out.add(new Case("cumsum" + a, (x, i) -> x.get(0).cumsum(a)));
      out.add(new Case("cumprod" + a, (x, i) -> x.get(0).cumprod(a)));
      out.add(new Case("cumMax" + a, (x, i) -> x.get(0).cumMax(a)));
      out.add(new Case("cumMin" + a, (x, i) -> x.get(0).cumMin(a)));
      out.add(new Case("logCumSumExp" + a, (x, i) -> x.get(0).logCumSumExp(a)));
    }
    out.add(new Case("takeNegative", (x, i) -> x.get(0).take(i.get(0), 0)));
    for (String name : List.of("advanced", "advancedColumn", "advancedAll")) {
      out.add(new Case(name, (x, i) -> x.get(0).at(i.toArray(Tensor[]::new))));
    }
    out.add(new Case("addAt", (x, i) -> x.get(0).addAt(x.get(1), i.get(0), i.get(1))));
    out.add(new Case("putAt", (x, i) -> x.get(0).putAt(x.get(1), i.get(0), i.get(1))));
    out.add(new Case("cumprodZeros", (x, i) -> x.get(0).cumprod(-1)));
    for (String name : List.of("masked", "maskedRows")) {
      out.add(new Case(name, (x, i) -> x.get(0).masked(i.get(0).cast(DType.BOOL))));
    }
    return out.stream();
  }

  private static List<Tensor> tensors(String prefix) {
    List<Tensor> out = new ArrayList<>();
    while (GOLDEN.file().tensors().containsKey(prefix + out.size())) {
      out.add(GOLDEN.tensor(prefix + out.size()));
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPyTorch(Case row) {
    for (Session session : SESSIONS) {
      ScopedValue.where(Evaluator.SCOPED, session).run(() -> check(row, 1e-11));
    }
  }

  private static void check(Case row, double tolerance) {
    String name = row.name() + "/";
    List<Tensor> x = tensors(name + "x");
    Tensor y = row.function().of(x, tensors(name + "index"));
    close(name + "y", y, tolerance);
    Tensor loss = y.mul(GOLDEN.tensor(name + "dy")).sum();
    List<Tensor> first = Autodiff.grad(loss, x);
    Tensor slope = first.getFirst().mul(GOLDEN.tensor(name + "v")).sum();
    List<Tensor> second = Autodiff.grad(slope, x);
    for (int i = 0; i < x.size(); i++) {
      close(name + "dx" + i, first.get(i), tolerance);
      close(name + "ddx" + i, second.get(i), tolerance);
    }
  }

  private static void close(String name, Tensor actual, double tolerance) {
    Tensor expected = GOLDEN.tensor(name);
    assertEquals(expected.type(), actual.type(), name);
    double[] numbers = expected.toDoubleArray();
    double scale = 1;
    for (double number : numbers) {
      scale = Double.isFinite(number) ? Math.max(scale, Math.abs(number)) : scale;
    }
    assertArrayEquals(numbers, actual.toDoubleArray(), tolerance * scale, name);
  }

  private static void same(String name, Tensor actual) {
    close(name, actual, 0);
  }

  @Test
  void positionsAreThoseOfPyTorch() {
    for (Session session : SESSIONS) {
      ScopedValue.where(Evaluator.SCOPED, session)
          .run(() -> {
            Tensor ties = GOLDEN.tensor("ties");
            for (int axis = 0; axis < 3; axis++) {
              Tensor x = GOLDEN.tensor("sort" + axis + "/x0");
              same("topKIndices" + axis + "/y", x.topK(3, axis).indices());
              for (DType dtype : List.of(DType.I64, DType.I32, DType.F32, DType.F64)) {
                same("argsort" + axis + "/y", ties.cast(dtype).argsort(axis));
                same("argsortDown" + axis + "/y", ties.cast(dtype).argsort(axis, true));
              }
            }
            same("ties/argmax", ties.argMax(1));
            same("ties/argmin", ties.argMin(-1));
          });
    }
  }

  @Test
  void notANumberIsLast() {
    for (Session session : SESSIONS) {
      ScopedValue.where(Evaluator.SCOPED, session)
          .run(() -> {
            Tensor x = GOLDEN.tensor("nan/x");
            same("nan/sort", x.sort(1));
            same("nan/argsort", x.argsort(1));
            same("nan/argsort", x.cast(DType.F32).argsort(1));
            same("nan/argmax", x.argMax(1));
            same("nan/argmin", x.argMin(1));
            Tensor down = x.sort(1, true);
            assertEquals(Double.NaN, down.toDoubleArray()[5]);
            assertEquals(Double.POSITIVE_INFINITY, down.toDoubleArray()[0]);
          });
    }
  }

  @Test
  void countsAreThoseOfNumPy() {
    Tensor x = GOLDEN.tensor("unique/x");
    Counting.Unique unique = x.unique();
    same("unique/values", unique.values());
    same("unique/inverse", unique.inverse());
    same("unique/counts", unique.counts());
    same("unique/x", unique.values().take(unique.inverse(), 0));
    Counting.Unique nan = GOLDEN.tensor("nan/x").unique();
    same("uniqueNan/values", nan.values());
    same("uniqueNan/counts", nan.counts());
    same("bincount/y", x.bincount(15));
    same("nonzero/y", GOLDEN.tensor("masked/index0").nonzero());
    Tensor samples = GOLDEN.tensor("histogram/x");
    histogram(8, samples.histogram(8, -2, 2));
    histogram(7, samples.histogram(7, -1.3, 2));
    histogram(10, samples.histogram(10));
    Tensor tenths = GOLDEN.tensor("histogramTenths/x");
    same("histogramTenths/counts", tenths.histogram(10, 0, 1).counts());
    Tensor sorted = GOLDEN.tensor("searchSorted/x");
    Tensor values = GOLDEN.tensor("searchSorted/values");
    same("searchSorted/left", sorted.searchSorted(values));
    same("searchSorted/right", sorted.searchSorted(values, true));
  }

  private static void histogram(int bins, Counting.Histogram actual) {
    same("histogram" + bins + "/counts", actual.counts());
    close("histogram" + bins + "/edges", actual.edges(), 1e-15);
  }
}

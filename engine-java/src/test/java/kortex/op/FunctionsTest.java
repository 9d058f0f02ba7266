package kortex.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Tensor;
import kortex.model.Golden;
import kortex.session.Session;
import kortex.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions against exact values, in units in the last place, and at the ends of their domains. */
class FunctionsTest {
  private static final Golden EXACT = Golden.load("functions");
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");
  private static final double INF = Double.POSITIVE_INFINITY;

  /**
   * One function.
   *
   * @param f32 the largest error in single precision, in units in the last place
   * @param f64 the same in double precision
   * @param floor results below it count as this large: where a function has zeros between numbers
   */
  record Row(String name, UnaryOperator<Tensor> f, double f32, double f64, double floor) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(String name, UnaryOperator<Tensor> f, double f32, double f64) {
    return new Row(name, f, f32, f64, 0);
  }

  static Stream<Row> rows() {
    return Stream.of(
        row("exp", Tensor::exp, 2, 1),
        row("expm1", Tensor::expm1, 2, 1),
        row("exp2", Tensor::exp2, 2, 1),
        row("log", Tensor::log, 2, 1),
        row("log1p", Tensor::log1p, 2, 1),
        row("log2", Tensor::log2, 2, 2),
        row("log10", Tensor::log10, 2, 2),
        row("sqrt", Tensor::sqrt, 0.5, 0.5),
        row("rsqrt", Tensor::rsqrt, 1.5, 1.5),
        row("cbrt", Tensor::cbrt, 1, 1),
        row("sin", Tensor::sin, 2, 1),
        row("cos", Tensor::cos, 2, 1),
        row("tan", Tensor::tan, 3, 2),
        row("asin", Tensor::asin, 3, 3),
        row("acos", Tensor::acos, 3, 3),
        row("atan", Tensor::atan, 2, 1),
        row("sinh", Tensor::sinh, 4, 4),
        row("cosh", Tensor::cosh, 4, 4),
        row("tanh", Tensor::tanh, 3, 3),
        row("asinh", Tensor::asinh, 4, 4),
        row("acosh", Tensor::acosh, 4, 4),
        row("atanh", Tensor::atanh, 4, 4),
        row("erf", Tensor::erf, 3, 4),
        row("erfc", Tensor::erfc, 4, 10),
        row("erfinv", Tensor::erfinv, 5, 5),
        new Row("lgamma", Tensor::lgamma, 4, 8, 1),
        new Row("digamma", Tensor::digamma, 8, 8, 1),
        row("trigamma", x -> x.polygamma(1), 8, 8),
        new Row("polygamma2", x -> x.polygamma(2), 8, 8, 1),
        row("polygamma5", x -> x.polygamma(5), 16, 16),
        row("sigmoid", Tensor::sigmoid, 3, 3),
        row("softplus", Tensor::softplus, 3, 3));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void valuesAreExact(Row row) {
    Tensor x = EXACT.tensor(row.name + "/x");
    double[] y = EXACT.tensor(row.name + "/y").toDoubleArray();
    within(row, y, run(REFERENCE, row.f, x), x, DType.F64, "reference");
    within(row, y, run(CPU, row.f, x), x, DType.F64, "cpu");
    within(row, y, run(CPU, row.f, x.cast(DType.F32)), x, DType.F32, "cpu");
    if (EXACT.file().tensors().containsKey(row.name + "/x64")) {
      Tensor wide = EXACT.tensor(row.name + "/x64");
      double[] exact = EXACT.tensor(row.name + "/y64").toDoubleArray();
      within(row, exact, run(REFERENCE, row.f, wide), wide, DType.F64, "reference");
      within(row, exact, run(CPU, row.f, wide), wide, DType.F64, "cpu");
    }
  }

  static Stream<String> pairs() {
    return Stream.of("pow", "atan2", "hypot");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void valuesOfPairsAreExact(String name) {
    BinaryOperator<Tensor> f =
        switch (name) {
          case "pow" -> Tensor::pow;
          case "atan2" -> Tensor::atan2;
          default -> Tensor::hypot;
        };
    Tensor a = EXACT.tensor(name + "/a");
    Tensor b = EXACT.tensor(name + "/b");
    double[] y = EXACT.tensor(name + "/y").toDoubleArray();
    Row row = row(name, x -> x, 3, 3);
    within(row, y, run(REFERENCE, x -> f.apply(x, b), a), a, DType.F64, "reference");
    within(row, y, run(CPU, x -> f.apply(x, b), a), a, DType.F64, "cpu");
    Tensor single = b.cast(DType.F32);
    within(row, y, run(CPU, x -> f.apply(x, single), a.cast(DType.F32)), a, DType.F32, "cpu");
  }

  private static double[] run(Session session, UnaryOperator<Tensor> f, Tensor x) {
    return ScopedValue.where(Evaluator.SCOPED, session).call(() -> f.apply(x).toDoubleArray());
  }

  private static void within(
      Row row, double[] exact, double[] y, Tensor at, DType dtype, String backend) {
    double[] x = at.toDoubleArray();
    boolean single = dtype == DType.F32;
    double bound = single ? row.f32 : row.f64;
    double worst = -1;
    String where = "";
    for (int i = 0; i < y.length; i++) {
      double rounded = single ? (float) exact[i] : exact[i];
      double size = Math.max(Math.abs(exact[i]), row.floor);
      double unit = single ? Math.ulp((float) size) : Math.ulp(size);
      double error = rounded == y[i] ? 0 : Math.abs(y[i] - exact[i]) / unit;
      if (!(error <= worst)) {
        worst = error;
        where = row.name + "(" + x[i] + ") = " + exact[i] + ", got " + y[i];
      }
    }
    String what = where + ": off by " + worst + " " + dtype + " units on " + backend;
    assertTrue(worst <= bound, what);
  }

  /** Function, argument, exact result: also the sign of zeros counts. */
  record Special(String name, UnaryOperator<Tensor> f, double x, double y) {}

  private static List<Special> table(String name, UnaryOperator<Tensor> f, double... pairs) {
    return java.util.stream.IntStream.range(0, pairs.length / 2)
        .mapToObj(i -> new Special(name, f, pairs[2 * i], pairs[2 * i + 1]))
        .toList();
  }

  static Stream<Special> specials() {
    double nan = Double.NaN;
    return Stream.of(
            table("exp", Tensor::exp, 0, 1, -INF, 0, INF, INF, 1000, INF, -1000, 0),
            table("expm1", Tensor::expm1, 0, 0, -0.0, -0.0, -INF, -1, INF, INF, 1000, INF),
            table("exp2", Tensor::exp2, 0, 1, 3, 8, -2, 0.25, -INF, 0, INF, INF, 2000, INF),
            table("log", Tensor::log, 1, 0, 0, -INF, -0.0, -INF, -1, nan, INF, INF),
            table("log1p", Tensor::log1p, 0, 0, -0.0, -0.0, -1, -INF, -2, nan, INF, INF),
            table("log2", Tensor::log2, 1, 0, 8, 3, 0.125, -3, 0, -INF, -1, nan, INF, INF),
            table("log10", Tensor::log10, 1, 0, 1000, 3, 0, -INF, -1, nan, INF, INF),
            table("sqrt", Tensor::sqrt, 0, 0, -0.0, -0.0, 4, 2, -1, nan, INF, INF),
            table("rsqrt", Tensor::rsqrt, 4, 0.5, 0, INF, INF, 0, -1, nan),
            table("cbrt", Tensor::cbrt, 27, 3, -8, -2, 0, 0, -0.0, -0.0, -INF, -INF, INF, INF),
            table("sin", Tensor::sin, 0, 0, -0.0, -0.0, INF, nan, -INF, nan),
            table("cos", Tensor::cos, 0, 1, INF, nan),
            table("tan", Tensor::tan, 0, 0, -0.0, -0.0, INF, nan),
            table("asin", Tensor::asin, 0, 0, -0.0, -0.0, 2, nan, -2, nan),
            table("acos", Tensor::acos, 1, 0, 2, nan, -2, nan),
            table("atan", Tensor::atan, 0, 0, -0.0, -0.0),
            table("sinh", Tensor::sinh, 0, 0, -0.0, -0.0, INF, INF, -INF, -INF, 1e4, INF),
            table("cosh", Tensor::cosh, 0, 1, INF, INF, -INF, INF, 1e4, INF),
            table("tanh", Tensor::tanh, 0, 0, -0.0, -0.0, INF, 1, -INF, -1),
            table("asinh", Tensor::asinh, 0, 0, -0.0, -0.0, INF, INF, -INF, -INF),
            table("acosh", Tensor::acosh, 1, 0, 0.5, nan, INF, INF),
            table("atanh", Tensor::atanh, 0, 0, -0.0, -0.0, 1, INF, -1, -INF, 2, nan),
            table("erf", Tensor::erf, 0, 0, -0.0, -0.0, INF, 1, -INF, -1),
            table("erfc", Tensor::erfc, 0, 1, INF, 0, -INF, 2),
            table("erfinv", Tensor::erfinv, 0, 0, -0.0, -0.0, 1, INF, -1, -INF, 2, nan),
            table("lgamma", Tensor::lgamma, 1, 0, 2, 0, 0, INF, -3, INF, INF, INF, -INF, INF),
            table("digamma", Tensor::digamma, 0, -INF, -0.0, INF, -3, nan, INF, INF, -INF, nan),
            table("trigamma", x -> x.polygamma(1), 0, INF, -3, INF, INF, 0),
            table("sigmoid", Tensor::sigmoid, 0, 0.5, INF, 1, -INF, 0, 1e4, 1, -1e4, 0),
            table("softplus", Tensor::softplus, INF, INF, -INF, 0, 1e4, 1e4, -1e4, 0),
            table("floor", Tensor::floor, 1.5, 1, -1.5, -2, -0.0, -0.0, INF, INF),
            table("ceil", Tensor::ceil, 1.5, 2, -1.5, -1, -0.5, -0.0, INF, INF),
            table("trunc", Tensor::trunc, 1.5, 1, -1.5, -1, -0.5, -0.0, -INF, -INF, 1e30, 1e30),
            table("round", Tensor::round, 1.5, 2, 2.5, 2, -0.5, -0.0, -1.6, -2, 1e30, 1e30),
            table("reciprocal", Tensor::reciprocal, 2, 0.5, 0, INF, -0.0, -INF, INF, 0),
            table("logSigmoid", Tensor::logSigmoid, -1e4, -1e4, INF, -0.0, -INF, -INF),
            table("square", Tensor::square, -3, 9, -INF, INF))
        .flatMap(List::stream);
  }

  @Test
  void endsOfDomains() {
    List<Special> all = specials().toList();
    for (Session session : List.of(REFERENCE, CPU)) {
      for (DType dtype : List.of(DType.F64, DType.F32)) {
        for (Special s : all) {
          String what = s.name + "(" + s.x + ") in " + dtype + " on " + session.backend().name();
          double y = run(session, s.f, Tensor.of(new double[] {s.x}, 1).cast(dtype))[0];
          assertEquals(dtype == DType.F32 ? (float) s.y : s.y, y, what);
          double nan = run(session, s.f, Tensor.of(new double[] {Double.NaN}, 1).cast(dtype))[0];
          assertTrue(Double.isNaN(nan), () -> s.name + "(NaN) on " + session.backend().name());
        }
      }
    }
  }

  /** Function, two arguments, exact result. */
  private static void pair(BinaryOperator<Tensor> f, double... triples) {
    for (Session session : List.of(REFERENCE, CPU)) {
      for (DType dtype : List.of(DType.F64, DType.F32)) {
        for (int i = 0; i < triples.length; i += 3) {
          Tensor a = Tensor.of(new double[] {triples[i]}, 1).cast(dtype);
          Tensor b = Tensor.of(new double[] {triples[i + 1]}, 1).cast(dtype);
          double y = run(session, x -> f.apply(x, b), a)[0];
          double exact = dtype == DType.F32 ? (float) triples[i + 2] : triples[i + 2];
          String what = triples[i] + ", " + triples[i + 1] + " on " + session.backend().name();
          assertEquals(exact, y, what + " " + dtype);
        }
      }
    }
  }

  @Test
  void powersOfAnySign() {
    double nan = Double.NaN;
    pair(Tensor::pow, nan, 0, 1, 1, nan, 1, -1, INF, 1, -2, 3, -8, -2, 2, 4, -2, 0.5, nan);
    pair(Tensor::pow, 0, -1, INF, -0.0, -1, -INF, -0.0, -2, INF, -0.0, 3, -0.0, 0, 2, 0, 0, 0, 1);
    pair(
        Tensor::pow, 2, INF, INF, 0.5, INF, 0, 2, -INF, 0, 0.5, -INF, INF, INF, -1, 0, INF, 2, INF);
    pair(Tensor::pow, -INF, 3, -INF, -INF, 2, INF, -INF, -3, -0.0, -INF, 0.5, INF, -1, 1e9, 1);
    pair(Tensor::pow, 10, 2, 100, 3, 4, 81, 2, 1e4, INF, 2, -1e4, 0, nan, 1, nan, 2, nan, nan);
  }

  @Test
  void anglesOfAnyQuadrant() {
    double[] ends = {0, -0.0, 1, -1, INF, -INF};
    for (double y : ends) {
      for (double x : ends) {
        for (Session session : List.of(REFERENCE, CPU)) {
          Tensor b = Tensor.of(new double[] {x}, 1);
          double got = run(session, a -> a.atan2(b), Tensor.of(new double[] {y}, 1))[0];
          double exact = Math.atan2(y, x);
          String what = "atan2(" + y + ", " + x + ") on " + session.backend().name();
          assertEquals(exact, got, 4e-16, what);
          assertEquals(Math.copySign(1, exact), Math.copySign(1, got), what);
        }
      }
    }
    pair(
        Tensor::hypot,
        3,
        4,
        5,
        0,
        0,
        0,
        -INF,
        Double.NaN,
        INF,
        1e38,
        0,
        1e38,
        Double.NaN,
        1,
        Double.NaN);
  }

  @Test
  void remaindersAndQuotients() {
    double nan = Double.NaN;
    pair(Tensor::rem, 5, 3, 2, -5, 3, 1, 5, -3, -1, -5, -3, -2, 5, 0, nan, 5, INF, 5);
    pair(Tensor::remainder, 5, 3, 2, -5, 3, -2, 5, -3, 2, INF, 3, nan, 5, INF, 5, 5.5, 2, 1.5);
    pair(Tensor::ieeeRemainder, 5, 3, -1, 5, 2, 1, 7, 2, -1, -5, 3, 1, 5, INF, 5, 1, 0, nan);
    pair(Tensor::floorDiv, 5, 3, 1, -5, 3, -2, 5, -3, -2, 1, 0, INF, -1, 0, -INF, -1, INF, -1);
    pair(Tensor::floorDiv, 0, 0, nan, 7.5, 2, 3, -0.5, 1, -1);
    pair(Tensor::copySign, 2, -0.0, -2, -2, 0, 2, INF, -1, -INF, 0, -1, -0.0);
  }

  @Test
  void numbersDividedAsPythonDoes() {
    double[] a = {1, -1, 7, -7, 1e17, 0.3, -6};
    double[] b = {0.1, 0.1, 0.7, 0.7, 3, 0.1, 0.1};
    // From Python: [x // y for x, y in zip(a, b)] and %.
    double[] quotient = {9, -10, 10, -11, 33333333333333332L, 2, -60};
    for (Session session : List.of(REFERENCE, CPU)) {
      double[] q = run(session, x -> x.floorDiv(Tensor.of(b, b.length)), Tensor.of(a, a.length));
      double[] r = run(session, x -> x.rem(Tensor.of(b, b.length)), Tensor.of(a, a.length));
      for (int i = 0; i < a.length; i++) {
        assertEquals(quotient[i], q[i], a[i] + " // " + b[i]);
        assertEquals(a[i], q[i] * b[i] + r[i], Math.ulp(a[i]), a[i] + " divided by " + b[i]);
      }
    }
  }
}

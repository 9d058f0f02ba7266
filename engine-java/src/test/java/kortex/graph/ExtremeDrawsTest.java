package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Draws with parameters, or from uniform numbers, that leave few digits: they stay in bounds. */
class ExtremeDrawsTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final Key KEY = Key.of(20260801);

  /** The second number that this key draws in f32 is 0, which one in 2²⁴ is. */
  private static final Key ZERO = Key.of(17935573);

  static Stream<Session> sessions() {
    return Stream.of(
        Session.on(ReferenceBackend.create()),
        Session.on(ReferenceBackend.interpreting()),
        Session.open("cpu"));
  }

  private static double[] run(Session session, Tensor x) {
    return ScopedValue.where(Evaluator.SCOPED, session).call(x::toDoubleArray);
  }

  private static void within(double[] x, double low, double high, String what) {
    for (double each : x) {
      assertTrue(Double.isFinite(each) && each >= low && each <= high, () -> what + ": " + each);
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void smallConcentrationsGiveNumbers(Session session) {
    for (DType dtype : List.of(DType.F64, DType.F32, DType.F16)) {
      for (double a : new double[] {0.3, 0.03, 0.001, 1e-7}) {
        Tensor x = Tensor.full(new TensorType(dtype, Shape.of(100, 4)), a);
        String what = dtype + " " + a;
        double[] beta = run(session, KEY.beta(x, x));
        within(beta, 0, 1, "beta " + what);
        assertEquals(0.5, Arrays.stream(beta).average().orElseThrow(), 0.1, what);
        Tensor rows = KEY.dirichlet(x);
        assertEquals(dtype, rows.dtype());
        within(run(session, rows), 0, 1, "dirichlet " + what);
        double error = Math.scalb(1.0, 2 - dtype.digits());
        within(run(session, rows.cast(DType.F64).sum(-1)), 1 - error, 1 + error, "sum " + what);
      }
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void tailsAreFiniteAndWithinBounds(Session session) {
    double[][] bounds = {
      {7, INF}, {-INF, -7}, {7.99, INF}, {6, 6.5}, {2.1, 40}, {-INF, 1}, {1, INF}, {-INF, INF}
    };
    for (double[] b : bounds) {
      for (DType dtype : List.of(DType.F64, DType.F32)) {
        Tensor x = KEY.truncatedNormal(new TensorType(dtype, Shape.of(500)), b[0], b[1]);
        double low = dtype.round(b[0]);
        within(run(session, x), low, dtype.round(b[1]), dtype + Arrays.toString(b));
      }
    }
    // The mean beyond 7 is φ(7) / Q(7) = 7.13756, and the deviation 0.135.
    Tensor beyond = KEY.truncatedNormal(new TensorType(DType.F64, Shape.of(4000)), 7, INF);
    assertEquals(7.13756, Arrays.stream(run(session, beyond)).average().orElseThrow(), 0.01);
    Tensor below = KEY.truncatedNormal(new TensorType(DType.F64, Shape.of(4000)), -INF, -7);
    assertEquals(-7.13756, Arrays.stream(run(session, below)).average().orElseThrow(), 0.01);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void impossibleClassesAreNotDrawnWhereTheUniformNumberIs0(Session session) {
    TensorType two = TensorType.f32(2);
    assertEquals(0, run(session, ZERO.uniform(two))[1]);
    within(run(session, ZERO.gumbel(two)), -3, 17, "gumbel");
    Tensor logits = Tensor.of(new float[] {Float.NEGATIVE_INFINITY, 0}, 2);
    assertEquals(1, run(session, ZERO.categorical(logits))[0]);
  }
}

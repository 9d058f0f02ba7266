package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
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

/** Quotients, means and functions whose numbers are near the ends of their dtypes. */
class LargeNumbersTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  static Stream<Session> sessions() {
    return Stream.of(
        Session.on(ReferenceBackend.create()),
        Session.on(ReferenceBackend.interpreting()),
        Session.open("cpu"));
  }

  private static double[] run(Session session, Tensor x) {
    return ScopedValue.where(Evaluator.SCOPED, session).call(x::toDoubleArray);
  }

  private static Tensor longs(long... values) {
    TensorType type = new TensorType(DType.I64, Shape.of(values.length));
    return Tensor.of(Storage.of(type, MemorySegment.ofArray(values)));
  }

  private static Tensor of(DType dtype, double... values) {
    return Tensor.of(values, values.length).cast(dtype);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void largeQuotientsAreRoundedDown(Session session) {
    double[] single = {8388609, 8388611, -8388609, 16777215, 7, -7};
    assertArrayEquals(single, run(session, of(DType.F32, single).floorDiv(1.0)));
    double[] thirds = {2796203, 2796203, -2796203, 5592405, 2, -3};
    assertArrayEquals(thirds, run(session, of(DType.F32, single).floorDiv(3.0)));
    double[] wide = {0x1p52 + 1, -0x1p52 - 1, 0x1p53 - 1};
    assertArrayEquals(wide, run(session, of(DType.F64, wide).floorDiv(1.0)));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void meansOfIntegersDoNotWrap(Session session) {
    long most = Long.MAX_VALUE;
    assertEquals(0x1p63, run(session, longs(most, most, most).mean())[0]);
    assertEquals(-0x1p63, run(session, longs(-most, -most - 1).mean())[0]);
    assertEquals(0.5, run(session, longs(most, -most, 3, -1).mean())[0]);
    assertEquals(-0.25, run(session, longs(most, -most - 1, 1, -1).mean())[0]);
    assertEquals(-2, run(session, longs(-1, -3).mean())[0]);
    assertEquals(0x1p62, run(session, longs(most, most, 5, -5).mean())[0]);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void theMeanOfEqualNumbersIsTheirs(Session session) {
    for (DType dtype : List.of(DType.F64, DType.F32, DType.F16)) {
      for (int n : new int[] {3, 41, 49, 107}) {
        Tensor x = Tensor.full(new TensorType(dtype, Shape.of(n)), 1);
        String what = dtype + " " + n;
        assertEquals(1, run(session, x.mean())[0], what);
        assertEquals(0, run(session, x.variance())[0], what);
      }
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void acoshIsNanBelow1(Session session) {
    for (DType dtype : List.of(DType.F64, DType.F32)) {
      double[] y = run(session, of(dtype, -1e5, -1e9, -1e30, -INF, -1, 0, 0.999).acosh());
      double[] nan = new double[y.length];
      Arrays.fill(nan, Double.NaN);
      assertArrayEquals(nan, y, dtype.toString());
      assertArrayEquals(new double[] {0, INF}, run(session, of(dtype, 1, INF).acosh()));
    }
  }
}

package kortex.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Tensor;
import org.junit.jupiter.api.Test;

/** Long sums of f32, where adding one by one would lose up to a hundredth. */
class SumAccuracyTest {
  private static final double TENTH = 0.1f;

  /** What adding up a block of f32 one by one may lose. */
  private static final double BLOCK = 3e-5;

  /** The same in the lanes of vectors. */
  private static final double LANES = 1e-6;

  private static Tensor tenths(long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    Arrays.fill(values, 0.1f);
    return Tensor.of(values, shape);
  }

  private static void closeTo(double expected, double tolerance, Tensor sum) {
    for (double x : sum.toDoubleArray()) {
      assertEquals(expected, x, tolerance * expected);
    }
  }

  private static void everySum(double inLanes) {
    closeTo(TENTH * 3_000_000, inLanes, tenths(3_000_000).sum());
    closeTo(TENTH * 3_000_000, inLanes, tenths(3000, 1000).sum());
    closeTo(TENTH, inLanes, tenths(1_000_001).mean());
    closeTo(TENTH * 50_000, inLanes, tenths(40, 50_000).sum(1));
    closeTo(TENTH * 100_001, BLOCK, tenths(100_001, 20).sum(0));
    closeTo(TENTH * 100_000, BLOCK, tenths(3, 100_000, 7).sum(1));
    Tensor x = tenths(1500);
    closeTo(2 * TENTH * 1500 * 1500, inLanes, x.reshape(1500, 1).add(x).sum());
  }

  @Test
  void onTheCpu() {
    everySum(LANES);
  }

  @Test
  void interpreted() {
    Session session = Session.on(ReferenceBackend.interpreting());
    ScopedValue.where(Evaluator.SCOPED, session).run(() -> everySum(BLOCK));
  }
}

package kortex.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import kortex.backend.LargeStack;
import kortex.graph.Evaluator;
import kortex.graph.Tensor;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.ShapeException;
import org.junit.jupiter.api.Test;

/** Threads that somebody made with a small stack, as some servers do. */
class SmallStackTest {
  private static final long SMALL = 192 << 10;

  private static List<double[]> onSmallStack(Supplier<List<Tensor>> make) throws Exception {
    List<double[]> out = new ArrayList<>();
    Runnable work =
        () -> {
          try (Session session = Session.open("cpu")) {
            ScopedValue.where(Evaluator.SCOPED, session)
                .run(() -> make.get().forEach(t -> out.add(t.toDoubleArray())));
          }
        };
    Thread thread = new Thread(null, work, "small", SMALL);
    thread.start();
    thread.join();
    return out;
  }

  @Test
  void opensCompilesAndComputes() throws Exception {
    Tensor m = Tensor.of(new double[] {2, 1, 1, 3}, 2, 2);
    List<double[]> results =
        onSmallStack(() ->
            List.of(
                m.mul(2).exp().log(),
                m.matmul(m),
                m.inverse(),
                m.cast(DType.F32).matmul(Tensor.of(new float[] {1, 0, 0, 1}, 2, 2)),
                m.cumsum(0),
                m.argsort(1)));
    assertEquals(6, results.size());
    assertArrayEquals(new double[] {4, 2, 2, 6}, results.get(0), 1e-12);
    assertArrayEquals(new double[] {5, 5, 5, 10}, results.get(1), 1e-12);
    assertArrayEquals(new double[] {0.6, -0.2, -0.2, 0.4}, results.get(2), 1e-12);
    assertArrayEquals(new double[] {2, 1, 1, 3}, results.get(3), 0);
    assertArrayEquals(new double[] {2, 1, 3, 4}, results.get(4), 0);
    assertArrayEquals(new double[] {1, 0, 0, 1}, results.get(5), 0);
  }

  @Test
  void failuresAreThrownToTheCaller() {
    ShapeException thrown = new ShapeException("a", "b");
    Supplier<Object> failing =
        () -> {
          throw thrown;
        };
    assertEquals(thrown, assertThrows(ShapeException.class, () -> LargeStack.call(failing)));
  }

  @Test
  void interruptIsSeenAfterwards() {
    Thread.currentThread().interrupt();
    assertEquals(5, LargeStack.call(() -> 5));
    assertEquals(true, Thread.interrupted());
  }
}

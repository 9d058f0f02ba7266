package kortex.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import kortex.graph.Graph;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Large programs share their memory, and keep what they gave. */
class CommonArenaTest {
  @Test
  void itIsAsLargeAsTheLargestNeeds() throws Exception {
    try (CommonArena arena = new CommonArena()) {
      AutoCloseable small = arena.reserve(1000);
      AutoCloseable large = arena.reserve(5000);
      AutoCloseable other = arena.reserve(1000);
      assertEquals(5000, arena.bytes());
      large.close();
      assertEquals(1000, arena.bytes());
      small.close();
      assertEquals(1000, arena.bytes());
      other.close();
      assertEquals(0, arena.bytes());
    }
  }

  /** A mean that needs some MiB on the way, and a count that is updated. */
  private static Step step(Session session, Storage x, Storage count, int power, int rows) {
    Tensor y = Tensor.of(x);
    for (int i = 0; i < power; i++) {
      y = y.matmul(identity()).sin();
    }
    Tensor sum = y.reshape(rows, -1).sum(1);
    Tensor more = Tensor.of(count).add(1);
    return session.compile(List.of(sum, more), List.of(new Graph.Assignment(count, more.value())));
  }

  private static Tensor identity() {
    float[] values = new float[512 * 512];
    for (int i = 0; i < 512; i++) {
      values[513 * i] = 1;
    }
    return Tensor.of(values, 512, 512);
  }

  private static double sine(double x, int power) {
    double y = x;
    for (int i = 0; i < power; i++) {
      y = Math.sin(y);
    }
    return y;
  }

  @Test
  void resultsStayWhenOthersRun() {
    Storage x = Tensor.full(TensorType.f32(512, 512), 0.5).compute();
    Storage count = Storage.zeros(TensorType.f32());
    try (Session session = Session.open("cpu")) {
      List<Step> steps = new ArrayList<>();
      for (int power = 1; power <= 3; power++) {
        steps.add(step(session, x, count, power, 4));
        // Compiling another program moves the memory of those before.
        steps.forEach(Step::run);
      }
      for (int i = 0; i < steps.size(); i++) {
        assertEquals(6, Tensor.of(count).item());
        Storage sums = Storage.zeros(TensorType.f32(4));
        steps.get(i).read(0, sums.host());
        double expected = 512 * 128 * sine(0.5, i + 1);
        for (float sum : Tensor.of(sums).toFloatArray()) {
          assertEquals(expected, sum, 1e-4 * expected);
        }
        assertEquals(4 + i, steps.get(i).scalar(1));
      }
    }
  }
}

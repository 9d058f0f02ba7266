package kortex.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kortex.graph.Tensor;
import kortex.tensor.Shape;
import org.junit.jupiter.api.Test;

/** A large parameter is filled piece by piece, with the values that it would have at once. */
class FirstValueTest {
  private static final Shape LARGE = Shape.of(301, 509);

  private static float[] values(Initializer initializer) {
    WeightSpec weight = new WeightSpec("weight", LARGE, initializer, Optional.empty());
    return Tensor.of(FirstValue.of(weight, 5, "net/weight")).toFloatArray();
  }

  @Test
  void piecesAreTheWhole() {
    for (Initializer initializer :
        List.of(
            Initializer.glorotUniform(),
            Initializer.heNormal(),
            Initializer.uniform(-1, 2),
            Initializer.normal(0, 3),
            Initializer.ones())) {
      float[] whole = new float[(int) LARGE.size()];
      initializer.fill(whole, Fans.of(LARGE), RandomStream.of(5, "net/weight"));
      assertArrayEquals(whole, values(initializer), initializer.toString());
    }
  }

  /** Diagonal: no piece of it looks like another. */
  private record Identity() implements Initializer {
    @Override
    public void fill(float[] values, Fans fans, RandomGenerator random) {
      for (int i = 0; i < 301; i++) {
        values[i * 509 + i] = 1;
      }
    }
  }

  @Test
  void othersAreFilledAtOnce() {
    assertFalse(new Identity().isPiecewise());
    float[] values = values(new Identity());
    assertEquals(1, values[300 * 509 + 300]);
    assertEquals(0, values[300 * 509 + 301]);
  }
}

package kortex.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** What a kernel reads last, it may write over. */
class InPlaceTest {
  private static final long SIDE = 64;
  private static final long VALUE = SIDE * SIDE * 4;

  private static Tensor stored(double factor) {
    float[] values = new float[(int) (SIDE * SIDE)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (factor * Math.sin(i));
    }
    return Tensor.of(Tensor.of(values, SIDE, SIDE).compute());
  }

  /** The arena of a sum over what {@code y} is, checked against the reference backend. */
  private static long arena(Tensor y) {
    try (Session cpu = Session.open("cpu");
        Session reference = Session.open("reference")) {
      Step step = cpu.compile(List.of(y), List.of());
      PlanVerifier.verify(step.plan());
      assertArrayEquals(values(reference, y), values(cpu, y), 1e-3f);
      return step.plan().arenaBytes();
    }
  }

  private static float[] values(Session session, Tensor y) {
    Step step = session.compile(List.of(y), List.of());
    Storage out = Storage.zeros(y.type());
    step.run();
    step.run();
    step.read(0, out.host());
    return Tensor.of(out).toFloatArray();
  }

  private final Tensor a = stored(1);
  private final Tensor b = stored(0.1);
  private final Tensor c = stored(0.2);

  /** A chain of products needs two values at a time, however many lie between them. */
  @Test
  void aResultTakesThePlaceOfItsOperand() {
    Tensor y = a.matmul(b).sin().matmul(c).sin().matmul(b);
    assertEquals(2 * VALUE, arena(y));
    assertEquals(2 * VALUE, arena(a.matmul(b).sin().mul(a.matmul(c).cos()).matmul(c)));
  }

  @Test
  void notWhereItIsReadAgain() {
    Tensor x = a.matmul(b);
    // x, its sine, and their product.
    assertEquals(3 * VALUE, arena(x.sin().matmul(x)));
  }

  /** How many values a plan places: a product, what is made of it, and a product of that. */
  private static int values(Tensor y) {
    arena(y);
    try (Session cpu = Session.open("cpu")) {
      return Lifetimes.of(cpu.compile(List.of(y), List.of()).plan()).values().size();
    }
  }

  @Test
  void notWhereOtherPositionsAreRead() {
    Tensor x = a.matmul(b);
    assertEquals(2, values(x.sin().matmul(c)));
    assertEquals(3, values(x.sin().transpose().mul(x).matmul(c)));
    assertEquals(3, values(x.flip(0).sin().matmul(c)));
    // A running sum keeps what it needs of what it wrote over.
    assertEquals(2, values(x.cumsum(1).matmul(c)));
  }

  @Test
  void lifetimesCountOnePlaceOnce() {
    try (Session cpu = Session.open("cpu")) {
      Tensor y = a.matmul(b).sin().matmul(c).sin().matmul(b);
      Plan plan = cpu.compile(List.of(y), List.of()).plan();
      Lifetimes lives = Lifetimes.of(plan);
      assertEquals(2 * VALUE, lives.peakBytes());
      // Two products that sines take the place of, and the output.
      assertEquals(3, lives.values().size());
      assertEquals(TensorType.f32(SIDE, SIDE).bytes(), lives.values().getFirst().bytes());
    }
  }
}

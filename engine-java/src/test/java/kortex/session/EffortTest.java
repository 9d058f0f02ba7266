package kortex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kortex.graph.Evaluator;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import org.junit.jupiter.api.Test;

/** The bits of a result depend on what is computed, never on what ran before. */
class EffortTest {
  private static final int ROWS = 30;
  private static final int COLUMNS = 300;

  private final Tensor x = Tensor.of(numbers(), ROWS, COLUMNS);

  private static float[] numbers() {
    float[] out = new float[ROWS * COLUMNS];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Math.sin(i);
    }
    return out;
  }

  private Tensor expression() {
    return x.mul(1.7).add(x.square()).exp().tanh().sum(1).log().div(3);
  }

  private float[] evaluate(Session session) {
    return ScopedValue.where(Evaluator.SCOPED, session).call(() -> expression().toFloatArray());
  }

  private float[] compiled(Session session) {
    Tensor z = expression();
    Step step = session.compile(List.of(z), List.of());
    step.run();
    Storage out = Storage.zeros(z.type());
    step.read(0, out.host());
    return Tensor.of(out).toFloatArray();
  }

  @Test
  void evaluatedOnceOrOftenInOneSessionOrAnother() {
    try (Session session = Session.open("cpu");
        Session other = Session.open("cpu")) {
      float[] first = evaluate(session);
      for (int i = 0; i < 50; i++) {
        assertArrayEquals(first, evaluate(session));
      }
      float[] step = compiled(other);
      assertArrayEquals(first, evaluate(other));
      assertArrayEquals(step, compiled(session));
      assertEquals(ROWS, first.length);
      assertArrayEquals(first, step, 1e-5f);
    }
  }
}

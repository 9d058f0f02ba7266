package kortex.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.UnaryOperator;
import kortex.graph.Graph;
import kortex.graph.Node;
import kortex.graph.Order;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.DType;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Loops that make a new tensor of the old one and its gradient. */
class HistoryTest {
  private static final double RATE = 0.01;
  private static final UnaryOperator<Tensor> GRADIENT =
      Transforms.grad(w -> w.sub(3).square().mul(w.sub(3).square().add(1).log().exp()).sum());

  private static Tensor descend(Tensor start, int rounds) {
    Tensor w = start;
    for (int i = 0; i < rounds; i++) {
      w = w.sub(GRADIENT.apply(w).mul(RATE));
    }
    return w;
  }

  /** The gradient of (u² + 1) u² with u = w − 3, by hand. */
  private static double[] descended(double[] start, int rounds) {
    double[] w = start.clone();
    for (int i = 0; i < rounds; i++) {
      for (int j = 0; j < w.length; j++) {
        double u = w[j] - 3;
        w[j] -= RATE * (4 * u * u * u + 2 * u);
      }
    }
    return w;
  }

  private static int pendingEntries(Tensor w) {
    return Graph.capture(List.of(w.value()), List.of()).graph().entries().size();
  }

  private static int knownNodes(Tensor w) {
    return Order.of(List.of(w.value()), Node::isForgotten).size();
  }

  @Test
  void roundsAreComputedAsTheyCome() {
    double[] start = {1, 2, 5};
    Tensor w = descend(Tensor.of(start.clone(), 3), 500);
    assertTrue(pendingEntries(w) < 150, () -> "pending: " + pendingEntries(w));
    assertArrayEquals(descended(start, 500), w.toDoubleArray(), 1e-12);
  }

  @Test
  void roundsLongAgoAreForgotten() {
    Tensor start = Tensor.of(new double[] {1, 2}, 2);
    int round = knownNodes(descend(start, 11)) - knownNodes(descend(start, 10));
    int nodes = knownNodes(descend(start, 2000));
    assertTrue(nodes < 600 * round, () -> nodes + " nodes, " + round + " in a round");
  }

  @Test
  void derivativeThroughAllRoundsOfAFunction() {
    double[] x = {1.5, 4};
    double[] gradient =
        Transforms.grad(start -> descend(start, 300).sum())
            .apply(Tensor.of(x.clone(), 2))
            .toDoubleArray();
    for (int i = 0; i < x.length; i++) {
      double h = 1e-5;
      double above = descended(new double[] {x[i] + h}, 300)[0];
      double below = descended(new double[] {x[i] - h}, 300)[0];
      assertEquals((above - below) / (2 * h), gradient[i], 1e-7);
    }
  }

  @Test
  void derivativeThroughRoundsThatAreKnownAndNotThroughForgottenOnes() {
    Tensor start = Tensor.of(new double[] {1.5}, 1);
    double analytic = Autodiff.grad(descend(start, 20).sum(), start).toDoubleArray()[0];
    double h = 1e-5;
    double above = descended(new double[] {1.5 + h}, 20)[0];
    double below = descended(new double[] {1.5 - h}, 20)[0];
    assertEquals((above - below) / (2 * h), analytic, 1e-8);

    Tensor late = descend(start, 600).sum();
    SettingException e = assertThrows(SettingException.class, () -> Autodiff.grad(late, start));
    assertTrue(e.getMessage().contains("f64[1]"), e.getMessage());
    assertTrue(e.getMessage().contains("iterate"), e.getMessage());
  }

  @Test
  void backwardFindsTheVariablesBesideForgottenRounds() {
    Tensor late = descend(Tensor.of(new double[] {1.5}, 1), 600);
    Variable v = Variable.of("v", Tensor.of(new double[] {2}, 1));
    Autodiff.backward(late.mul(v).sum());
    assertArrayEquals(late.toDoubleArray(), v.gradient().orElseThrow().toDoubleArray(), 1e-15);
  }

  @Test
  void whatMayChangeIsNotComputedAhead() {
    Storage storage = Storage.zeros(new TensorType(DType.F64, Shape.of(1)));
    Variable v = Variable.of("v", storage);
    Tensor w = descend(v, 5);
    assertFalse(w.value().node().computed().isPresent());
    Session session = Session.current();
    Tensor g = GRADIENT.apply(w);
    Step step = session.compile(List.of(g), List.of());
    step.run();
    double[] before = read(step);
    storage.write(MemorySegment.ofArray(new double[] {2}));
    step.run();
    assertTrue(before[0] != read(step)[0], "the step did not read the new value");
    double u = descended(new double[] {2}, 5)[0] - 3;
    assertEquals(4 * u * u * u + 2 * u, read(step)[0], 1e-12);
  }

  private static double[] read(Step step) {
    double[] out = new double[1];
    step.read(0, MemorySegment.ofArray(out));
    return out;
  }

  @Test
  void gradientsOfPairsOfTensorsToo() {
    double[] w = {1, 2};
    double[] b = {0.5};
    Tensor tw = Tensor.of(w.clone(), 2);
    Tensor tb = Tensor.of(b.clone(), 1);
    for (int i = 0; i < 400; i++) {
      Tensor loss = tw.sub(tb).square().sum().add(tb.square().sum());
      List<Tensor> g = Autodiff.grad(loss, List.of(tw, tb));
      tw = tw.sub(g.get(0).mul(RATE));
      tb = tb.sub(g.get(1).mul(RATE));
      double d0 = w[0] - b[0];
      double d1 = w[1] - b[0];
      w[0] -= RATE * 2 * d0;
      w[1] -= RATE * 2 * d1;
      b[0] -= RATE * (-2 * d0 - 2 * d1 + 2 * b[0]);
    }
    assertTrue(pendingEntries(tw) < 150);
    assertArrayEquals(w, tw.toDoubleArray(), 1e-12);
    assertArrayEquals(b, tb.toDoubleArray(), 1e-12);
  }
}

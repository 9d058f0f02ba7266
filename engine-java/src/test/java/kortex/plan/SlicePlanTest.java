package kortex.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import kortex.autodiff.Autodiff;
import kortex.graph.Graph;
import kortex.graph.GraphVerifier;
import kortex.graph.Joining;
import kortex.graph.Slice;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.op.Join;
import kortex.op.View;
import kortex.rewrite.Fusion;
import kortex.rewrite.Simplify;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** What slices, padding and concatenations cost: which steps they become. */
class SlicePlanTest {
  private static Tensor stored(long... shape) {
    return Tensor.of(Storage.zeros(TensorType.f32(shape)));
  }

  private static Graph simple(List<Tensor> outputs, List<Graph.Assignment> updates) {
    Graph graph = Graph.capture(outputs.stream().map(Tensor::value).toList(), updates).graph();
    return GraphVerifier.verify(Simplify.run(graph), "simplify");
  }

  private static Plan plan(Graph graph) {
    return PlanVerifier.verify(Planner.plan(Fusion.group(graph, (op, types) -> false)));
  }

  private static int steps(Tensor... outputs) {
    return plan(simple(List.of(outputs), List.of())).steps().size();
  }

  private static long count(Graph graph, Class<?> op) {
    return graph.entries().stream().filter(e -> op.isInstance(e.op())).count();
  }

  @Test
  void chainsReadThroughSlicesWithoutACopy() {
    Tensor x = stored(8, 6);
    assertEquals(1, steps(x.exp().slice(Slice.all().by(-2), Slice.of(1, 4)).mul(2).sum()));
    assertEquals(1, steps(x.slice(Slice.from(1)).sub(x.slice(Slice.until(-1))).square()));
    assertEquals(1, steps(x.flip().transpose().slice(Slice.at(1)).tanh()));
  }

  @Test
  void paddingIsComputedWhereItIsRead() {
    Tensor x = stored(8, 6);
    assertEquals(1, steps(x.mul(2).pad(0, 1, 1, 0).pad(1, 0, 2, 0).exp().sum(0)));
    assertEquals(
        1, count(simple(List.of(x.pad(0, 1, 1, 0).pad(1, 0, 2, 0)), List.of()), Join.class));
  }

  @Test
  void aValueThatManySlicesReadIsStored() {
    Tensor y = stored(64).exp();
    Tensor sum = y.slice(Slice.until(-3));
    for (int i = 1; i <= 3; i++) {
      sum = sum.add(y.slice(Slice.of(i, 61 + i)));
    }
    assertEquals(2, steps(sum));
  }

  /** Every level reads the one before at two positions: 2^20 ways to the first. */
  @Test
  void kernelsStayShort() {
    Tensor sum = stored(1 << 20).exp();
    for (int i = 0; i < 20; i++) {
      sum = sum.add(sum.slice(Slice.until(-(1L << i))).pad(0, 1L << i, 0, 0));
    }
    Tensor pairs = stored(1 << 20).exp();
    for (int i = 0; i < 20; i++) {
      pairs = pairs.slice(Slice.all().by(2)).max(pairs.slice(Slice.from(1).by(2)));
    }
    for (Plan.Step step : plan(simple(List.of(sum, pairs), List.of())).steps()) {
      String text = ((Plan.KernelStep) step).kernel().toString();
      assertTrue(text.lines().count() < 200, text);
    }
  }

  @Test
  void partsAreComputedInPlace() {
    Tensor x = stored(8, 6);
    Tensor joined = Joining.concat(List.of(x.exp(), x.slice(Slice.until(3)).tanh()), 0);
    assertEquals(2, steps(joined));
    // Computed once for both parts: three steps, not two that compute it twice.
    Tensor shared = x.exp();
    Tensor half = shared.mul(2).slice(Slice.until(4));
    assertEquals(3, steps(Joining.concat(List.of(shared, half), 0)));
  }

  @Test
  void equalPartsAreComputedSideBySide() {
    Tensor x = stored(8, 6);
    Tensor shared = x.exp();
    Tensor joined = Joining.concat(List.of(shared, shared.mul(2), x.tanh()), 1);
    assertEquals(1, steps(joined));
    assertEquals(1, steps(joined, shared), "what is stored as well is stored on the way");
    assertEquals(1, steps(joined, shared.add(1)), "and what is made of the same");
    // Each is half of what the other reads: they go over different spaces.
    assertEquals(2, steps(joined, joined.add(1)));
  }

  /** The gradient of something split into many, in whatever order it comes together. */
  @Test
  void gradientsOfPartsAreOneConcatenation() {
    Tensor x = stored(8, 24);
    List<Tensor> parts = x.split(4, 1);
    Tensor loss =
        parts.get(3).exp().mul(parts.get(1)).sum().add(parts.get(2).mul(parts.get(0).sin()).sum());
    Graph graph = simple(List.of(Autodiff.grad(loss, x)), List.of());
    assertEquals(0, count(graph, Join.Pad.class));
    assertEquals(1, count(graph, Join.Concat.class));
    assertEquals(1, plan(graph).steps().size());
  }

  @Test
  void slicesOfPartsAreThoseOfThePart() {
    Tensor x = stored(4, 6);
    Tensor y = stored(3, 6);
    Graph graph =
        simple(List.of(Joining.concat(List.of(x, y), 0).slice(Slice.of(4, 6)).exp()), List.of());
    assertEquals(0, count(graph, Join.class));
    List<Tensor> parts = x.split(3, 1);
    assertEquals(
        1,
        count(simple(List.of(parts.get(1).slice(Slice.at(2)).neg()), List.of()), View.Slice.class));
  }

  @Test
  void theGradientOfPartsIsOneConcatenation() {
    Tensor x = stored(12, 5);
    List<Tensor> rows = new ArrayList<>();
    int i = 1;
    for (Tensor row : x.unstack(0)) {
      rows.add(row.mul(i++).tanh());
    }
    Tensor loss = rows.stream().reduce(Tensor::add).orElseThrow().sum();
    Graph graph = simple(List.of(Autodiff.grad(loss, x)), List.of());
    assertEquals(1, count(graph, Join.Concat.class));
    assertEquals(0, count(graph, Join.Pad.class));
  }

  @Test
  void anAssignedPartIsWrittenInPlace() {
    Storage w = Storage.zeros(TensorType.f32(1000, 10));
    Tensor next = Tensor.of(w).with(stored(10).exp(), Slice.at(3));
    Plan plan = plan(simple(List.of(), List.of(new Graph.Assignment(w, next.value()))));
    assertTrue(plan.steps().stream().allMatch(s -> s instanceof Plan.KernelStep));
    assertTrue(plan.arenaBytes() <= 64, "arena of " + plan.arenaBytes());
  }
}

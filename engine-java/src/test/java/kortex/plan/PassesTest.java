package kortex.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Graph;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.session.Session;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

class PassesTest {
  private static Plan plan(List<Tensor> outputs, List<Graph.Assignment> updates) {
    try (Session session = Session.on(ReferenceBackend.interpreting())) {
      return session.compile(outputs, updates).plan();
    }
  }

  private static Graph.Assignment assign(Storage storage, Tensor value) {
    return new Graph.Assignment(storage, value.value());
  }

  /** Parameters of a model whose loss is a sum of squares, updated with momentum. */
  @Test
  void smallUpdatesComeLastAndAreOnePass() {
    List<Graph.Assignment> updates = new ArrayList<>();
    Tensor x = Tensor.of(Storage.zeros(TensorType.f32(8, 16)));
    Tensor loss = x.sum();
    for (int i = 0; i < 5; i++) {
      Storage w = Storage.zeros(TensorType.f32(16, 16));
      Storage velocity = Storage.zeros(TensorType.f32(16, 16));
      Tensor gradient = x.matmul(Tensor.of(w)).tanh().transpose().matmul(x);
      Tensor moved = Tensor.of(velocity).mul(0.9f).add(gradient);
      updates.add(assign(velocity, moved));
      updates.add(assign(w, Tensor.of(w).sub(moved.mul(0.1f))));
      x = x.matmul(Tensor.of(w));
    }
    Plan plan = plan(List.of(loss.add(x.sum())), updates);
    List<Passes.Pass> passes = Passes.of(plan);
    Passes.Pass last = passes.getLast();
    assertTrue(last.size() >= 5, plan.toString());
    assertEquals(plan.steps().size(), last.to());
    for (Plan.Step step : plan.steps().subList(last.to() - 5, last.to())) {
      assertEquals(2, step.writes().size());
      assertTrue(
          step.writes().stream()
              .allMatch(b -> plan.buffers().get(b).place() instanceof Plan.InLeaf));
    }
  }

  @Test
  void aLargeUpdateDoesNotWait() {
    Storage large = Storage.zeros(TensorType.f32(512, 512));
    Storage small = Storage.zeros(TensorType.f32(16));
    Tensor x = Tensor.of(Storage.zeros(TensorType.f32(8, 512)));
    Tensor gradient = x.transpose().matmul(x);
    Tensor later = x.matmul(gradient).tanh().sum();
    Plan plan =
        plan(
            List.of(),
            List.of(
                assign(small, Tensor.of(small).sub(later)),
                assign(large, Tensor.of(large).sub(x.tanh().transpose().matmul(x)))));
    List<Integer> written = new ArrayList<>();
    for (Plan.Step step : plan.steps()) {
      for (int b : step.writes()) {
        if (plan.buffers().get(b).place() instanceof Plan.InLeaf) {
          written.add((int) plan.buffers().get(b).type().size());
        }
      }
    }
    assertEquals(16, written.getLast());
  }

  @Test
  void whatWaitsIsNoPass() {
    Tensor x = Tensor.of(Storage.zeros(TensorType.f32(64, 64)));
    Plan plan = plan(List.of(x.cumsum(0).cumsum(1).cumsum(0)), List.of());
    assertEquals(3, plan.steps().size(), plan.toString());
    assertEquals(List.of(), Passes.of(plan));
    Plan apart = plan(List.of(x.cumsum(0), x.cumsum(1)), List.of());
    assertEquals(List.of(new Passes.Pass(0, 2)), Passes.of(apart));
  }
}

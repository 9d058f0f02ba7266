package kortex.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Control;
import kortex.graph.Control.Carried;
import kortex.graph.Evaluator;
import kortex.graph.Graph;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.model.Activations;
import kortex.model.Golden;
import kortex.plan.Plan;
import kortex.plan.PlanVerifier;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A recurrent network as a scan, trained in one plan, learns as PyTorch's does. */
class CharRnnGoldenTest {
  private static final Golden GOLDEN = Golden.load("charRnn");

  @TestFactory
  Stream<DynamicTest> lossesAreThoseOfPyTorch() {
    return Stream.of(
            Session.open("cpu"),
            Session.on(ReferenceBackend.interpreting()),
            Session.on(ReferenceBackend.create()))
        .map(s -> DynamicTest.dynamicTest(s.backend().description(), () -> train(s)));
  }

  private static void train(Session session) {
    Map<String, Variable> p = new LinkedHashMap<>();
    for (String name : List.of("w", "u", "b", "v")) {
      p.put(name, Variable.of(name, GOLDEN.tensor("initial/" + name)));
    }
    Tensor loss = loss(p);
    List<Variable> variables = List.copyOf(p.values());
    List<Tensor> gradients = Autodiff.grad(loss, variables);
    List<Graph.Assignment> updates = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      Tensor next = variables.get(i).sub(gradients.get(i).mul(0.5));
      updates.add(new Graph.Assignment(variables.get(i).storage(), next.value()));
    }
    Step step = session.compile(List.of(loss), updates);
    PlanVerifier.verify(step.plan());
    if (!session.backend().runsWhole(loops(), List.of())) {
      long loops = step.plan().steps().stream().filter(Plan.LoopStep.class::isInstance).count();
      assertEquals(2, loops, "one forward, one back");
    }
    float[] losses = GOLDEN.floats("losses");
    for (int i = 0; i < losses.length; i++) {
      step.run();
      assertEquals(losses[i], step.scalar(0), 1e-5, "loss " + i);
    }
    assertTrue(losses[losses.length - 1] < losses[0] - 0.3, "it learns");
    for (Variable v : variables) {
      float[] actual = ScopedValue.where(Evaluator.SCOPED, session).call(v::toFloatArray);
      assertArrayEquals(GOLDEN.floats("final/" + v.name()), actual, 2e-5f, v.name());
    }
  }

  private static kortex.op.Op loops() {
    return new kortex.op.Scan(new kortex.op.Body(0, List.of(), List.of()), 0, 0, 1, false);
  }

  private static Tensor loss(Map<String, Variable> p) {
    Tensor x = GOLDEN.tensor("x");
    Tensor y = GOLDEN.tensor("y");
    long batch = x.shape().extent(1);
    long units = at(p, "b").shape().extent(0);
    Tensor states =
        Control.scan(
                List.of(Tensor.full(TensorType.f32(batch, units), 0)),
                List.of(x),
                (carry, slices) -> {
                  Tensor h =
                      slices
                          .getFirst()
                          .matmul(at(p, "w"))
                          .add(carry.getFirst().matmul(at(p, "u")))
                          .add(at(p, "b"))
                          .tanh();
                  return new Carried(List.of(h), List.of(h));
                })
            .outputs()
            .getFirst();
    Tensor logits = states.matmul(at(p, "v"));
    return Activations.logSoftmax(logits).mul(y).sum(2).mean().neg();
  }

  private static Variable at(Map<String, Variable> parameters, String name) {
    return Objects.requireNonNull(parameters.get(name));
  }
}

package kortex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.model.Activations;
import kortex.op.Convolution;
import kortex.plan.PlanVerifier;
import kortex.tensor.DType;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** What runs in bf16, what does not, and that it is the same on all backends. */
class PrecisionTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");

  private static Storage stored(int seed, double scale, long... shape) {
    Storage storage = Storage.zeros(TensorType.f32(shape));
    for (long i = 0; i < storage.type().size(); i++) {
      HostMemory.set(storage.host(), DType.F32, i, Math.sin(seed + 1.7 * i) * scale);
    }
    return storage;
  }

  private static Tensor leaf(int seed, long... shape) {
    return Tensor.of(stored(seed, 0.3, shape));
  }

  private static Tensor rounded(Tensor x) {
    return x.cast(DType.BF16).cast(DType.F32);
  }

  private static float[] run(Session session, Tensor y, Precision precision) {
    Step step = session.compile(List.of(y), List.of(), precision);
    PlanVerifier.verify(step.plan());
    step.run();
    Storage out = Storage.zeros(y.type());
    step.read(0, out.host());
    return Tensor.of(out).cast(DType.F32).toFloatArray();
  }

  private static List<String> libraries(Explanation e) {
    return e.steps().stream()
        .filter(s -> s.kind() == Explanation.Kind.LIBRARY)
        .map(Explanation.Step::what)
        .toList();
  }

  @Test
  void aProductReadsRoundedOperandsAndGivesF32() {
    Tensor a = leaf(1, 80, 70);
    Tensor b = leaf(2, 70, 90);
    float[] expected = run(REFERENCE, rounded(a).matmul(rounded(b)), Precision.F32);
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      assertArrayEquals(expected, run(session, a.matmul(b), Precision.BF16), 1e-5f);
    }
  }

  @Test
  void aUsersProductOfBf16IsRoundedOnce() {
    Tensor a = leaf(1, 80, 70).cast(DType.BF16);
    Tensor b = leaf(2, 90, 70).cast(DType.BF16);
    Tensor y = a.matmul(b.transpose());
    Explanation e = CPU.explain(List.of(y), List.of());
    if (CPU.backend().lacksBf16().isEmpty()) {
      assertEquals(List.of("matMul, bf16"), libraries(e), e::toString);
    }
    assertArrayEquals(run(REFERENCE, y, Precision.F32), run(CPU, y, Precision.F32), 4e-3f);
  }

  @Test
  void printsPlan() {
    Variable w1 = Variable.of("w1", stored(3, 0.1, 256, 1024));
    Variable w2 = Variable.of("w2", stored(4, 0.1, 1024, 256));
    Variable b1 = Variable.of("b1", stored(5, 0.1, 1024));
    Tensor x = leaf(6, 512, 256);
    Tensor h = Activations.relu(x.matmul(w1).add(b1));
    Tensor loss = h.matmul(w2).add(x).square().mean();
    List<Tensor> grads = Autodiff.grad(loss, List.of(w1, w2, b1));
    List<Graph.Assignment> updates = new ArrayList<>();
    List<Variable> vs = List.of(w1, w2, b1);
    for (int i = 0; i < 3; i++) {
      updates.add(
          new Graph.Assignment(vs.get(i).storage(), vs.get(i).sub(grads.get(i).mul(0.1)).value()));
    }
    System.out.println(INTERPRETER.explain(List.of(loss), updates, Precision.BF16));
    System.out.println(CPU.explain(List.of(loss), updates, Precision.BF16));
  }
}

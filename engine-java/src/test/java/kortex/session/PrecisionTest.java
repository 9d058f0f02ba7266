package kortex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Control;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.model.Activations;
import kortex.op.Convolution;
import kortex.plan.PlanVerifier;
import kortex.tensor.DType;
import kortex.tensor.SettingException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** What runs in bf16, what does not, and that it is the same on all backends. */
class PrecisionTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");

  /** All that compute in bf16 when they are asked to. */
  private static List<Session> sessions() {
    return CPU.backend().lacksBf16().isPresent()
        ? List.of(REFERENCE, INTERPRETER)
        : List.of(REFERENCE, INTERPRETER, CPU);
  }

  /** Those whose products read bf16 from memory. */
  private static List<Session> native16() {
    return sessions().subList(1, sessions().size());
  }

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
    for (Session session : sessions()) {
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
  void anotherRoundingStaysBehindTheProduct() {
    Tensor product = leaf(1, 80, 70).matmul(leaf(2, 70, 90));
    Tensor y = product.cast(DType.F16).cast(DType.F32);
    float[] expected = run(REFERENCE, y, Precision.BF16);
    for (Session session : native16()) {
      assertArrayEquals(expected, run(session, y, Precision.BF16), 2e-3f);
    }
  }

  @Test
  void aTransposedViewOfBf16IsReadAsItIs() {
    Tensor a = leaf(1, 70, 80).cast(DType.BF16);
    Tensor y = a.transpose().matmul(leaf(2, 70, 90).cast(DType.BF16)).cast(DType.F32);
    List<String> kernels =
        INTERPRETER.explain(List.of(y), List.of()).steps().stream()
            .filter(s -> s.kind() == Explanation.Kind.KERNEL)
            .map(Explanation.Step::what)
            .toList();
    assertTrue(kernels.stream().noneMatch(k -> k.startsWith("permute")), kernels::toString);
  }

  @Test
  void convolutionsAndTheirGradientsReadRoundedOperands() {
    List<Integer> one = List.of(1, 1);
    var same = new Convolution.Geometry(one, one, one, one, 1);
    checkConvolutions(
        same, leaf(1, 2, 16, 9, 8), leaf(2, 16, 16, 3, 3), leaf(3, 2, 16, 9, 8), 1e-5f);
    // In f32 one of few channels is generated code.
    List<Integer> two = List.of(2, 2);
    var few = new Convolution.Geometry(one, two, two, one, 1);
    checkConvolutions(
        few, leaf(1, 4, 1, 28, 28), leaf(2, 6, 1, 5, 5), leaf(3, 4, 6, 28, 28), 1e-3f);
  }

  private static void checkConvolutions(
      Convolution.Geometry geometry, Tensor x, Tensor w, Tensor g, float tolerance) {
    List<BinaryOperator<Tensor>> convolutions =
        List.of(
            (a, b) -> a.apply(new Convolution.Conv(geometry), b),
            (a, b) -> a.apply(new Convolution.ConvInputGrad(x.shape(), geometry), b),
            (a, b) -> a.apply(new Convolution.ConvWeightGrad(w.shape(), geometry), b));
    List<List<Tensor>> operands = List.of(List.of(x, w), List.of(g, w), List.of(x, g));
    for (int i = 0; i < 3; i++) {
      Tensor a = operands.get(i).get(0);
      Tensor b = operands.get(i).get(1);
      Tensor byHand = convolutions.get(i).apply(rounded(a), rounded(b));
      float[] expected = run(REFERENCE, byHand, Precision.F32);
      for (Session session : sessions()) {
        float[] actual = run(session, convolutions.get(i).apply(a, b), Precision.BF16);
        assertArrayEquals(expected, actual, tolerance, session.backend().name() + " " + i);
      }
    }
  }

  /** A training step of two dense layers and a residual around them. */
  private record Training(List<Tensor> outputs, List<Graph.Assignment> updates) {}

  private static Training training() {
    List<Variable> parameters =
        List.of(
            Variable.of("up", stored(3, 0.1, 96, 160)),
            Variable.of("bias", stored(5, 0.1, 160)),
            Variable.of("down", stored(4, 0.1, 160, 96)));
    Tensor x = leaf(6, 128, 96);
    Tensor h = Activations.relu(x.matmul(parameters.get(0)).add(parameters.get(1)));
    Tensor loss = h.matmul(parameters.get(2)).add(x).square().mean();
    List<Tensor> gradients = Autodiff.grad(loss, parameters);
    List<Graph.Assignment> updates = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Variable p = parameters.get(i);
      updates.add(new Graph.Assignment(p.storage(), p.sub(gradients.get(i).mul(0.1)).value()));
    }
    return new Training(List.of(loss), updates);
  }

  @Test
  void aStepRoundsEachOperandOnceAndUpdatesF32() {
    Training t = training();
    for (Session session : native16()) {
      Explanation e = session.explain(t.outputs(), t.updates(), Precision.BF16);
      assertEquals(
          List.of(
              "matMul + bias, relu, bf16", "matMul + residual", "matMul, bf16", "matMul", "matMul"),
          libraries(e),
          e::toString);
      // The batch, two weights, and the gradients behind the loss and behind relu.
      Map<String, Long> rounded =
          e.steps().stream()
              .filter(s -> s.kind() == Explanation.Kind.KERNEL)
              .flatMap(s -> s.results().stream())
              .filter(r -> r.dtype() == DType.BF16)
              .collect(Collectors.groupingBy(TensorType::toString, Collectors.counting()));
      assertEquals(
          Map.of(
              "bf16[128, 96]", 2L,
              "bf16[96, 160]", 1L,
              "bf16[160, 96]", 1L,
              "bf16[128, 160]", 1L),
          rounded,
          e::toString);
      assertTrue(e.stored().stream().allMatch(s -> s.type().dtype() == DType.F32), e::toString);
    }
  }

  @Test
  void aStepInF32RoundsNothing() {
    Training t = training();
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      String text = session.explain(t.outputs(), t.updates()).toString();
      assertFalse(text.contains("bf16"), text);
    }
  }

  @Test
  void allBackendsMakeTheSameStep() {
    List<float[]> ends = new ArrayList<>();
    for (Session session : sessions()) {
      Training t = training();
      Step step = session.compile(t.outputs(), t.updates(), Precision.BF16);
      PlanVerifier.verify(step.plan());
      step.run();
      ends.add(Tensor.of(t.updates().getFirst().target()).toFloatArray());
      assertEquals(DType.F32, t.updates().getFirst().target().type().dtype());
    }
    ends.forEach(end -> assertArrayEquals(ends.getFirst(), end, 2e-4f));
  }

  @Test
  void loopsStayInF32() {
    Tensor w = leaf(2, 64, 64);
    Tensor y =
        Control.iterate(3, List.of(leaf(1, 64, 64)), h -> List.of(h.getFirst().matmul(w).tanh()))
            .getFirst();
    for (Session session : sessions()) {
      assertArrayEquals(run(REFERENCE, y, Precision.F32), run(session, y, Precision.BF16), 1e-5f);
    }
  }

  @Test
  void eachPrecisionHasItsOwnPlan() {
    Tensor y = leaf(1, 80, 70).matmul(leaf(2, 70, 90)).sum();
    Session session = Session.on(ReferenceBackend.create());
    double exact = once(session, y, Precision.F32);
    double rounded = once(session, y, Precision.BF16);
    assertNotEquals(exact, rounded);
    assertEquals(exact, rounded, 0.02 * Math.max(1, Math.abs(exact)));
    assertEquals(exact, once(session, y, Precision.F32));
    assertEquals(rounded, once(session, y, Precision.BF16));
  }

  private static double once(Session session, Tensor y, Precision precision) {
    return session.runOnce(List.of(y), List.of(), precision, step -> step.scalar(0));
  }

  @Test
  void aBackendWithoutBf16SaysSoOnceAndRunsInF32() {
    List<String> said = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            said.add(record.getLevel() + " " + record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("kortex");
    logger.addHandler(handler);
    try (Session session = Session.on(new TrackedBackend())) {
      Tensor y = leaf(1, 80, 70).matmul(leaf(2, 70, 90));
      assertEquals(Precision.F32, session.runs(Precision.F32));
      assertEquals(List.of(), said);
      assertArrayEquals(run(REFERENCE, y, Precision.F32), run(session, y, Precision.BF16));
      assertEquals(Precision.F32, session.runs(Precision.BF16));
      String line = "the tracked backend has no products of bf16";
      assertEquals(List.of("WARNING products run in f32, not in bf16: " + line), said);
    } finally {
      logger.removeHandler(handler);
    }
  }

  @Test
  void otherDtypesAreNoPrecision() {
    assertEquals(Precision.BF16, Precision.of(DType.BF16));
    assertEquals(Precision.F32, Precision.of(DType.F32));
    var error = assertThrows(SettingException.class, () -> Precision.of(DType.F16));
    assertEquals("precision is f16, must be f32 or bf16", error.what());
  }
}

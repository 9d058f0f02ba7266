package kortex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.function.Supplier;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Graph;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.plan.PlanVerifier;
import kortex.tensor.DeviceException;
import kortex.tensor.SettingException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole line, from tensors to numbers, on every way to run a plan. */
class FirstLightTest {
  static List<Session> sessions() {
    return List.of(
        Session.on(ReferenceBackend.create()),
        Session.on(ReferenceBackend.interpreting()),
        Session.open("cpu"));
  }

  private static <T> T in(Session session, Supplier<T> body) {
    return ScopedValue.where(Evaluator.SCOPED, session).call(body::get);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void meanOfTwoXHasGradientTwoThirds(Session session) {
    in(
        session,
        () -> {
          Variable x = Variable.of("x", Tensor.of(1, 2, 3));
          Tensor z = x.mul(2).mean();
          assertEquals("4.0", z.toString());
          float third = 2f / 3;
          assertArrayEquals(
              new float[] {third, third, third}, Autodiff.grad(z, x).toFloatArray(), 1e-6f);
          Autodiff.backward(z);
          Autodiff.backward(z);
          assertEquals("[1.3333334 1.3333334 1.3333334]", x.gradient().orElseThrow().toString());
          return 0;
        });
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void gradientsHaveGradients(Session session) {
    in(
        session,
        () -> {
          Variable x = Variable.of("x", Tensor.of(new double[] {0.5, -1.5}, 2));
          Tensor dx = Autodiff.grad(x.mul(x).mul(x).sum(), x);
          Tensor d2x = Autodiff.grad(dx.sum(), x);
          assertArrayEquals(new double[] {3, -9}, d2x.toDoubleArray(), 1e-12);
          return 0;
        });
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void updatesHappenInPlaceAndTogether(Session session) {
    Storage a = Storage.zeros(TensorType.f32(3));
    Storage b = Storage.zeros(TensorType.f32(3));
    Tensor ta = Tensor.of(a);
    Tensor tb = Tensor.of(b);
    Step step =
        session.compile(
            List.of(ta.add(tb).sum()),
            List.of(
                new Graph.Assignment(a, tb.add(1).value()),
                new Graph.Assignment(b, ta.add(10).value())));
    step.run();
    step.run();
    assertEquals(3 * 11.0, step.scalar(0));
    assertArrayEquals(
        new float[] {11, 11, 11},
        Tensor.of(a).compute().host().toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT));
    assertArrayEquals(
        new float[] {11, 11, 11},
        Tensor.of(b).compute().host().toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void twoStoragesMayTakeOneValue(Session session) {
    Storage a = Storage.zeros(TensorType.f32(2));
    Storage b = Storage.zeros(TensorType.f32(2));
    Tensor next = Tensor.of(a).add(1);
    Step step =
        session.compile(
            List.of(),
            List.of(new Graph.Assignment(a, next.value()), new Graph.Assignment(b, next.value())));
    PlanVerifier.verify(step.plan());
    step.run();
    step.run();
    assertArrayEquals(new float[] {2, 2}, in(session, () -> Tensor.of(a).toFloatArray()));
    assertArrayEquals(new float[] {2, 2}, in(session, () -> Tensor.of(b).toFloatArray()));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void softmaxRegressionLearns(Session session) {
    in(
        session,
        () -> {
          Tensor x = Tensor.of(new float[] {1, 0, 0, 1, 1, 1, -1, 0}, 4, 2);
          Tensor y = Tensor.of(new int[] {0, 1, 0, 1}, 4);
          Variable w = Variable.of("w", Tensor.full(TensorType.f32(2, 2), 0.1));
          double first = 0;
          double last = 0;
          for (int i = 0; i < 50; i++) {
            Tensor logits = x.matmul(w);
            Tensor max = logits.max(1).stopGradient().restore(logits.shape(), 1);
            Tensor shifted = logits.sub(max);
            Tensor logSum = shifted.exp().sum(1).log().restore(logits.shape(), 1);
            Tensor hot =
                y.restore(logits.shape(), 1)
                    .equal(Tensor.iota(logits.type().as(y.dtype()), 1))
                    .cast(logits.dtype());
            Tensor loss = shifted.sub(logSum).mul(hot).sum().mul(-0.25);
            last = loss.item();
            first = i == 0 ? last : first;
            w.assign(w.sub(Autodiff.grad(loss, w).mul(0.5)));
          }
          assertEquals(Math.log(2), first, 1e-6);
          assertEquals(true, last < 0.45, "loss " + last);
          return 0;
        });
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void anUpdateMayBeLargerThanTheArena(Session session) {
    Storage a = Storage.zeros(TensorType.f32(1000));
    Step step =
        session.compile(List.of(), List.of(new Graph.Assignment(a, Tensor.of(a).add(1).value())));
    step.run();
    step.run();
    assertEquals(2000, in(session, () -> Tensor.of(a).sum().item()));
    PlanVerifier.verify(step.plan());
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void anUpdateInAnotherShapeLeavesItsReadersAlone(Session session) {
    Storage s = Storage.zeros(TensorType.f32(6));
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor m = x.mul(2);
    Tensor product = m.matmul(Tensor.of(new float[] {1, 1, 1}, 3, 1));
    Step step =
        session.compile(List.of(product), List.of(new Graph.Assignment(s, m.reshape(6).value())));
    PlanVerifier.verify(step.plan());
    step.run();
    Storage out = Storage.zeros(product.type());
    step.read(0, out.host());
    assertArrayEquals(new float[] {12, 30}, Tensor.of(out).toFloatArray());
    assertArrayEquals(new float[] {2, 4, 6, 8, 10, 12}, Tensor.of(s).toFloatArray());
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void chainsMayBeLong(Session session) {
    double last =
        in(
            session,
            () -> {
              Tensor x = Tensor.of(1, 2, 3);
              for (int i = 0; i < 2000; i++) {
                x = x.mul(0.999).add(0.001);
              }
              return x.sum().item();
            });
    assertEquals(3 + 3 * Math.pow(0.999, 2000), last, 1e-3);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void anAssignedVariableKeepsItsStepsAndItsPast(Session session) {
    Variable w = in(session, () -> Variable.of("w", Tensor.of(1, 2)));
    Tensor before = w.mul(10);
    Step step =
        session.compile(
            List.of(w.sum()), List.of(new Graph.Assignment(w.storage(), w.add(1).value())));
    step.run();
    in(
        session,
        () -> {
          w.assign(Tensor.of(5, 5));
          return 0;
        });
    step.run();
    assertEquals(10, step.scalar(0));
    assertEquals(12, in(session, () -> w.sum().item()));
    Tensor kept = w.mul(10);
    in(
        session,
        () -> {
          w.assign(Tensor.of(0, 0));
          return 0;
        });
    assertArrayEquals(new float[] {60, 60}, in(session, kept::toFloatArray));
    // A step replaced the value that this one was made from before it was asked for.
    assertThrows(SettingException.class, () -> in(session, before::toFloatArray));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void tooLargeIsSaid(Session session) {
    Tensor huge = Tensor.full(TensorType.f32(60_000, 60_000), 1);
    assertThrows(DeviceException.class, () -> in(session, huge::toFloatArray));
    assertThrows(ShapeException.class, () -> TensorType.f32(1L << 31, 1L << 31).size());
  }
}

package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Supplier;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.plan.Plan;
import kortex.session.Fresh;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Branches: values, derivatives, and that one alone runs. */
class BranchTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");

  private static <T> T in(Session session, Supplier<T> body) {
    return ScopedValue.where(Evaluator.SCOPED, session).call(body::get);
  }

  private static final double[] POINTS = {0.5, -1.5};

  /** x³ if it holds, else sin(sin(sin(x))). */
  private static Tensor cubeOrSines(boolean holds, Tensor x) {
    Tensor p = Tensor.of(holds ? 1f : -1f).sum();
    return Control.cond(
            Tensor.full(p.type(), 0).less(p),
            () -> List.of(x.mul(x).mul(x)),
            () -> Control.iterate(3, List.of(x), c -> List.of(c.getFirst().sin())))
        .getFirst();
  }

  @Test
  void onlyTheChosenBranchRuns() {
    Tensor x = Tensor.of(POINTS, 2);
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      in(
          session,
          () -> {
            Tensor cube = cubeOrSines(true, x);
            assertArrayEquals(new double[] {0.125, -3.375}, cube.toDoubleArray(), 1e-12);
            Tensor g = Autodiff.grad(cube.sum(), x);
            assertArrayEquals(new double[] {0.75, 6.75}, g.toDoubleArray(), 1e-12);
            assertArrayEquals(
                new double[] {3, -9}, Autodiff.grad(g.sum(), x).toDoubleArray(), 1e-12);
            Tensor sines = cubeOrSines(false, x);
            double a = Math.sin(POINTS[0]);
            double b = Math.sin(a);
            assertEquals(Math.sin(b), sines.toDoubleArray()[0], 1e-12);
            assertEquals(
                Math.cos(POINTS[0]) * Math.cos(a) * Math.cos(b),
                Autodiff.grad(sines.sum(), x).toDoubleArray()[0],
                1e-12);
            return 0;
          });
    }
  }

  @Test
  void aBranchIsOneStep() {
    Tensor x = Tensor.of(POINTS, 2);
    long branches =
        CPU
            .compile(
                Control.cond(
                    x.sum().less(Tensor.full(new TensorType(DType.F64, Shape.SCALAR), 3)),
                    () -> List.of(x.exp()),
                    () -> List.of(x)),
                List.of())
            .plan()
            .steps()
            .stream()
            .filter(Plan.BranchStep.class::isInstance)
            .count();
    assertEquals(1, branches);
  }

  /** The loop of a branch that is not taken would not end in the life of this test. */
  @Test
  void theOtherBranchTakesNoTime() {
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      Tensor x = Tensor.of(2f).sum();
      Tensor y =
          Control.cond(
                  x.less(Tensor.full(x.type(), 3)),
                  () -> List.of(x.add(1)),
                  () -> Control.iterate(1L << 50, List.of(x), c -> List.of(c.getFirst().cos())))
              .getFirst();
      assertEquals(3, Fresh.numbers(session, y)[0]);
    }
  }
}

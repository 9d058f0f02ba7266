package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Control.Carried;
import kortex.plan.PlanVerifier;
import kortex.session.Fresh;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Loops and branches compute what the same loops and branches in Java do, and so do gradients. */
class ControlTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");
  private static final int BATCH = 2;
  private static final int IN = 3;
  private static final int UNITS = 4;

  /** Which session: JUnit would close sessions that it is given as arguments. */
  private enum On {
    REFERENCE(ControlTest.REFERENCE),
    INTERPRETER(ControlTest.INTERPRETER),
    CPU(ControlTest.CPU);

    private final Session session;

    On(Session session) {
      this.session = session;
    }
  }

  static Stream<Arguments> cells() {
    return Stream.of(On.values())
        .flatMap(s ->
            Stream.of(DType.F64, DType.F32)
                .flatMap(d ->
                    Stream.of(0, 1, 5)
                        .flatMap(n ->
                            Stream.of(Arguments.of(s, d, n, false), Arguments.of(s, d, n, true)))));
  }

  private static <T> T in(Session session, Supplier<T> body) {
    return ScopedValue.where(Evaluator.SCOPED, session).call(body::get);
  }

  private static Tensor random(DType dtype, int seed, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[(int) Shape.of(shape).size()];
    Arrays.setAll(values, i -> random.nextDouble() - 0.5);
    Storage storage = Storage.zeros(new TensorType(dtype, Shape.of(shape)));
    for (int i = 0; i < values.length; i++) {
      HostMemory.set(storage.host(), dtype, i, values[i]);
    }
    return Tensor.of(storage);
  }

  /** A recurrent network with two carries and two results, as a loop and written out. */
  private record Recurrent(
      Tensor h, Tensor c, Tensor w, Tensor u, Tensor b, List<Tensor> xs, Tensor stack) {
    static Recurrent of(DType dtype, int steps) {
      List<Tensor> xs = new ArrayList<>();
      Storage stack = Storage.zeros(new TensorType(dtype, Shape.of(steps, BATCH, IN)));
      for (int t = 0; t < steps; t++) {
        xs.add(random(dtype, 100 + t, BATCH, IN));
        long bytes = xs.getLast().type().bytes();
        stack.host().asSlice(t * bytes, bytes).copyFrom(xs.getLast().compute().host());
      }
      return new Recurrent(
          random(dtype, 1, BATCH, UNITS),
          random(dtype, 2, BATCH, UNITS),
          random(dtype, 3, IN, UNITS),
          random(dtype, 4, UNITS, UNITS),
          random(dtype, 5, UNITS),
          xs,
          Tensor.of(stack));
    }

    Carried step(List<Tensor> carry, Tensor x) {
      Tensor z = x.matmul(w).add(carry.get(0).matmul(u)).add(b);
      Tensor next = carry.get(1).mul(z.sigmoid()).add(z.tanh().mul(w.sum(0).exp()));
      Tensor h = next.tanh().mul(z.sigmoid());
      return new Carried(List.of(h, next), List.of(h.square(), z.sum(1)));
    }

    /** A scalar of everything that comes out. */
    private static Tensor scalar(List<Tensor> carry, List<Tensor> sums) {
      Tensor total = carry.get(0).square().sum().add(carry.get(1).sum());
      return total.add(sums.get(0).mul(1.5)).add(sums.get(1).sin());
    }

    Tensor loop(boolean reverse) {
      Carried out =
          Control.scan(
              List.of(h, c), List.of(stack), reverse, (carry, x) -> step(carry, x.getFirst()));
      return scalar(out.carry(), out.outputs().stream().map(Tensor::sum).toList());
    }

    Tensor unrolled(boolean reverse) {
      List<Tensor> carry = List.of(h, c);
      Tensor zero = Tensor.full(new TensorType(h.dtype(), Shape.SCALAR), 0);
      List<Tensor> sums = new ArrayList<>(List.of(zero, zero));
      for (Tensor x : reverse ? xs.reversed() : xs) {
        Carried next = step(carry, x);
        carry = next.carry();
        for (int i = 0; i < 2; i++) {
          sums.set(i, sums.get(i).add(next.outputs().get(i).sum()));
        }
      }
      return scalar(carry, sums);
    }

    List<Tensor> leaves() {
      return List.of(h, c, w, u, b);
    }
  }

  private static void close(Tensor expected, Tensor actual, double tolerance, String what) {
    assertEquals(expected.type(), actual.type(), what);
    double[] e = expected.toDoubleArray();
    double scale = Arrays.stream(e).map(Math::abs).max().orElse(0);
    assertArrayEquals(e, actual.toDoubleArray(), tolerance * (1 + scale), what);
  }

  private static Tensor weighted(List<Tensor> tensors) {
    Tensor total = Tensor.full(new TensorType(tensors.getFirst().dtype(), Shape.SCALAR), 0);
    for (Tensor t : tensors) {
      total = total.add(t.mul(t).sum());
    }
    return total;
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aLoopIsWhatItIsWrittenOut(On on, DType dtype, int steps, boolean reverse) {
    in(
        on.session,
        () -> {
          Recurrent net = Recurrent.of(dtype, steps);
          double tolerance = dtype == DType.F64 ? 1e-12 : 1e-5;
          Tensor loop = net.loop(reverse);
          Tensor unrolled = net.unrolled(reverse);
          close(unrolled, loop, tolerance, "value");
          List<Tensor> expected = Autodiff.grad(unrolled, net.leaves());
          List<Tensor> actual = Autodiff.grad(loop, net.leaves());
          for (int i = 0; i < expected.size(); i++) {
            close(expected.get(i), actual.get(i), tolerance, "gradient " + i);
          }
          double[] slices = Autodiff.grad(loop, net.stack()).toDoubleArray();
          for (int t = 0; t < steps; t++) {
            double[] slice = Arrays.copyOfRange(slices, t * BATCH * IN, (t + 1) * BATCH * IN);
            assertArrayEquals(
                Autodiff.grad(unrolled, net.xs().get(t)).toDoubleArray(), slice, 1e-4, "x" + t);
          }
          return 0;
        });
  }

  @ParameterizedTest
  @MethodSource("cells")
  void secondDerivativesAreThoseWrittenOut(On on, DType dtype, int steps, boolean reverse) {
    in(
        on.session,
        () -> {
          Recurrent net = Recurrent.of(dtype, steps);
          double tolerance = dtype == DType.F64 ? 1e-11 : 1e-4;
          List<Tensor> expected =
              Autodiff.grad(
                  weighted(Autodiff.grad(net.unrolled(reverse), net.leaves())), net.leaves());
          List<Tensor> actual =
              Autodiff.grad(weighted(Autodiff.grad(net.loop(reverse), net.leaves())), net.leaves());
          for (int i = 0; i < expected.size(); i++) {
            close(expected.get(i), actual.get(i), tolerance, "second derivative " + i);
          }
          return 0;
        });
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "31", "1025", "10000"})
  void anyLengthTakesTheSameMemoryAndPlan(int length) {
    Tensor x = random(DType.F32, 7, length, 3);
    Step step = CPU.compile(List.of(decaying(x)), List.of());
    PlanVerifier.verify(step.plan());
    assertTrue(step.plan().arenaBytes() < 1024, () -> step.plan().arenaBytes() + " bytes");
    assertTrue(step.plan().steps().size() <= 2, () -> step.plan().steps().size() + " steps");
    double[] expected = {1, 1, 1};
    double[] raw = x.toDoubleArray();
    for (int i = 0; i < raw.length; i++) {
      expected[i % 3] = 0.9 * expected[i % 3] + Math.tanh(raw[i]);
    }
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      double[] actual = Fresh.numbers(session, decaying(x));
      for (int i = 0; i < 3; i++) {
        assertEquals(expected[i], actual[i], 1e-5);
      }
    }
  }

  private static Tensor decaying(Tensor x) {
    return Control.scan(
            List.of(Tensor.full(TensorType.f32(3), 1)),
            List.of(x),
            (carry, slices) -> {
              Tensor next = carry.getFirst().mul(0.9).add(slices.getFirst().tanh());
              return new Carried(List.of(next), List.of());
            })
        .carry()
        .getFirst();
  }

  @Test
  void gradientsOfTenThousandStepsKeepOneCarryForEach() {
    Tensor w = Tensor.of(new double[] {0.7, -0.3}, 2);
    Tensor y =
        Control.iterate(10_000, List.of(w), c -> List.of(c.getFirst().sin().add(w))).getFirst();
    Tensor g = Autodiff.grad(y.sum(), w);
    Step step = CPU.compile(List.of(g), List.of());
    PlanVerifier.verify(step.plan());
    assertTrue(step.plan().arenaBytes() < 10_000 * 16 + 2048, "" + step.plan().arenaBytes());
    double[] expected = new double[2];
    for (int i = 0; i < 2; i++) {
      double x = new double[] {0.7, -0.3}[i];
      double c = x;
      double slope = 1;
      for (int t = 0; t < 10_000; t++) {
        slope = slope * Math.cos(c) + 1;
        c = Math.sin(c) + x;
      }
      expected[i] = slope;
    }
    assertArrayEquals(expected, in(CPU, g::toDoubleArray), 1e-9);
  }

  @Test
  void carriesMayTradePlaces() {
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      Tensor a = Tensor.of(1f);
      Tensor b = Tensor.of(2f);
      List<Tensor> out =
          Control.iterate(5, List.of(a, b), c -> List.of(c.get(1), c.get(0).add(c.get(1))));
      assertEquals(13, in(session, () -> out.get(0).item()), "Fibonacci");
      assertEquals(21, in(session, () -> out.get(1).item()));
      List<Tensor> swapped = Control.iterate(3, List.of(a, b), c -> List.of(c.get(1), c.get(0)));
      assertEquals(2, in(session, () -> swapped.get(0).item()));
      assertEquals(1, in(session, () -> swapped.get(1).item()));
    }
  }

  @Test
  void resultsMayBeCarriesSlicesOrConstants() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 4);
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      in(
          session,
          () -> {
            Tensor k = Tensor.of(new float[] {7}, 1).sum();
            Carried out =
                Control.scan(
                    List.of(Tensor.full(TensorType.f32(), 0), Tensor.full(TensorType.f32(), 5)),
                    List.of(x),
                    (c, s) ->
                        new Carried(
                            List.of(c.get(0).add(s.getFirst()), c.get(1)),
                            List.of(c.get(0), s.getFirst(), k, c.get(1).mul(2), c.get(0))));
            assertArrayEquals(new float[] {0, 1, 3, 6}, out.outputs().get(0).toFloatArray());
            assertArrayEquals(new float[] {1, 2, 3, 4}, out.outputs().get(1).toFloatArray());
            assertArrayEquals(new float[] {7, 7, 7, 7}, out.outputs().get(2).toFloatArray());
            assertArrayEquals(new float[] {10, 10, 10, 10}, out.outputs().get(3).toFloatArray());
            assertArrayEquals(new float[] {0, 1, 3, 6}, out.outputs().get(4).toFloatArray());
            assertEquals(10, out.carry().get(0).item());
            assertEquals(5, out.carry().get(1).item());
            return 0;
          });
    }
  }

  /** Gradient descent inside of a loop: the loop differentiates, and is differentiated. */
  @Test
  void aBodyMayTakeGradients() {
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      in(
          session,
          () -> {
            Tensor rate = Tensor.of(new double[] {0.1}, 1).sum();
            Tensor target = Tensor.of(new double[] {1, -2}, 2);
            Tensor w =
                Control.iterate(
                        20,
                        List.of(Tensor.of(new double[] {0, 0}, 2)),
                        c -> {
                          Tensor loss = c.getFirst().sub(target).square().sum();
                          Tensor g = Autodiff.grad(loss, c.getFirst());
                          return List.of(c.getFirst().sub(g.mul(rate)));
                        })
                    .getFirst();
            // w − target = −target · (1 − 2·rate)^20.
            double left = Math.pow(0.8, 20);
            assertArrayEquals(new double[] {1 - left, -2 * (1 - left)}, w.toDoubleArray(), 1e-12);
            double slope = Autodiff.grad(w.sum(), rate).item();
            assertEquals(-40 * Math.pow(0.8, 19), slope, 1e-9);
            return 0;
          });
    }
  }

  @Test
  void aLoopTrainsInPlaceInACompiledStep() {
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      Recurrent data = Recurrent.of(DType.F64, 5);
      Variable u = Variable.of("u", data.u());
      Recurrent net =
          new Recurrent(data.h(), data.c(), data.w(), u, data.b(), data.xs(), data.stack());
      Tensor loss = net.loop(false);
      Tensor next = u.sub(Autodiff.grad(loss, u).mul(0.05));
      Step step =
          session.compile(List.of(loss), List.of(new Graph.Assignment(u.storage(), next.value())));
      PlanVerifier.verify(step.plan());
      Variable hand = Variable.of("hand", data.u());
      for (int i = 0; i < 5; i++) {
        step.run();
        Recurrent by =
            new Recurrent(data.h(), data.c(), data.w(), hand, data.b(), data.xs(), data.stack());
        Tensor written = by.unrolled(false);
        assertEquals(in(CPU, written::item), step.scalar(0), 1e-11, "loss " + i);
        in(
            CPU,
            () -> {
              hand.assign(hand.sub(Autodiff.grad(written, hand).mul(0.05)));
              return 0;
            });
      }
    }
  }

  /** What one session computed, or keeps in its memory, another one takes from there. */
  @Test
  void sessionsMayMix() {
    Tensor w = Tensor.of(1f, 2f);
    Tensor outside = w.mul(3);
    assertArrayEquals(new float[] {3, 6}, in(INTERPRETER, outside::toFloatArray));
    Tensor y =
        in(
            REFERENCE,
            () ->
                Control.iterate(2, List.of(w), c -> List.of(c.getFirst().add(outside))).getFirst());
    Step step = CPU.compile(List.of(y.sum()), List.of());
    step.run();
    assertEquals(21, step.scalar(0));
    assertArrayEquals(new float[] {7, 14}, in(INTERPRETER, y::toFloatArray));
  }
}

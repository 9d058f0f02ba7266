package kortex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import declared.UserFailures;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.tensor.DType;
import kortex.tensor.DataException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several runs in one call do what as many calls do, to the bit. */
class RunsTest {
  private static final int RUNS = 5;
  private static final int ROWS = 3;
  private static final int SIZE = 8;

  static Stream<Session> sessions() {
    return Stream.of(
        Session.open("cpu"),
        Session.on(ReferenceBackend.create()),
        Session.on(ReferenceBackend.interpreting()));
  }

  private static Storage numbers(int offset, long... shape) {
    Storage storage = Storage.zeros(TensorType.f32(shape));
    MemorySegment data = storage.host();
    for (int i = 0; i < storage.type().size(); i++) {
      HostMemory.set(data, DType.F32, i, Math.sin(i + offset));
    }
    return storage;
  }

  private static float[] floats(Storage storage) {
    return Tensor.of(storage).toFloatArray();
  }

  /** A step with a state: {@code state = step(state + x · w)}, with its sum as output. */
  private static final class Stateful {
    final Storage x = Storage.zeros(TensorType.f32(ROWS, SIZE));
    final Storage state = numbers(7, ROWS, SIZE);
    final Step step;

    Stateful(Session session, UnaryOperator<Tensor> function) {
      Tensor w = Tensor.of(numbers(3, SIZE, SIZE));
      Tensor next = function.apply(Tensor.of(state).add(Tensor.of(x).matmul(w)));
      step =
          session.compile(
              List.of(next.sum(), next.mul(2)), List.of(new Graph.Assignment(state, next.value())));
    }
  }

  static List<UnaryOperator<Tensor>> functions() {
    return List.of(
        Tensor::tanh,
        // Java sorts: there is no native loop over it.
        x -> x.sort(1).sin(),
        // A loop inside the loop.
        x -> x.cumsum(1).tanh());
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void areThoseOfAsManyCalls(Session session) {
    try (session) {
      for (UnaryOperator<Tensor> function : functions()) {
        Storage all = numbers(1, RUNS, ROWS, SIZE);
        Stateful one = new Stateful(session, function);
        List<Double> sums = new ArrayList<>();
        List<float[]> doubled = new ArrayList<>();
        for (int n = 0; n < RUNS; n++) {
          one.x.write(all.host().asSlice(n * one.x.type().bytes(), one.x.type().bytes()));
          one.step.run();
          sums.add(one.step.scalar(0));
          Storage read = Storage.zeros(one.x.type());
          one.step.read(1, read.host());
          doubled.add(floats(read));
        }
        Stateful many = new Stateful(session, function);
        Runs runs = many.step.run(RUNS, Map.of(many.x, all));
        assertEquals(sums, Arrays.stream(runs.scalars(0)).boxed().toList());
        for (int n = 0; n < RUNS; n++) {
          Storage read = Storage.zeros(one.x.type());
          runs.read(1, n, read.host());
          assertArrayEquals(doubled.get(n), floats(read));
        }
        assertArrayEquals(floats(one.state), floats(many.state));

        // One run, then several, then one: each finds its memory again.
        one.step.run();
        many.x.write(one.x.host());
        many.step.run();
        assertEquals(one.step.scalar(0), many.step.scalar(0));
        many.step.run(2, Map.of(many.x, all));
        one.x.write(all.host().asSlice(0, one.x.type().bytes()));
        one.step.run();
        one.x.write(all.host().asSlice(one.x.type().bytes(), one.x.type().bytes()));
        one.step.run();
        assertArrayEquals(floats(one.state), floats(many.state));
      }
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void anErrorKeepsWhatWasDoneBefore(Session session) {
    try (session) {
      Storage index = Storage.zeros(new TensorType(DType.I64, Shape.of(1)));
      Storage count = Storage.zeros(TensorType.f32());
      Tensor table = Tensor.of(numbers(0, 4));
      Tensor taken = UserFailures.taken(table, Tensor.of(index)).sum();
      Step step =
          session.compile(
              List.of(taken),
              List.of(
                  new Graph.Assignment(count, Tensor.of(count).add(1).add(taken.mul(0)).value())));
      Storage all =
          Storage.of(
              new TensorType(DType.I64, Shape.of(4)),
              MemorySegment.ofArray(new long[] {0, 3, 4, 1}));
      DataException e = assertThrows(DataException.class, () -> step.run(4, Map.of(index, all)));
      assertTrue(e.what().contains("index 4"), e.what());
      assertTrue(e.what().contains("UserFailures.java:"), e.what());
      assertEquals(2, floats(count)[0]);
      step.run(2, Map.of(index, all));
      assertEquals(4, floats(count)[0]);
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void slicesHaveToBeThere(Session session) {
    try (session) {
      Stateful many = new Stateful(session, Tensor::tanh);
      Storage few = numbers(1, RUNS, ROWS, SIZE);
      ShapeException e =
          assertThrows(ShapeException.class, () -> many.step.run(6, Map.of(many.x, few)));
      assertEquals("f32[5, 3, 8] does not hold 6 times f32[3, 8]", e.what());
    }
  }
}

package kortex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Slice;
import kortex.graph.Storage;
import kortex.graph.StoredView;
import kortex.graph.Tensor;
import kortex.tensor.DType;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Elements of stored data are read without a plan, and are those that a plan gives. */
class StoredViewTest {
  private static final int CHAINS = 40;

  static Stream<Session> sessions() {
    return Stream.of(
        Session.open("cpu"),
        Session.on(ReferenceBackend.create()),
        Session.on(ReferenceBackend.interpreting()));
  }

  private static Storage data(TensorType type, Random random) {
    Storage out = Storage.zeros(type);
    for (long i = 0; i < type.size(); i++) {
      HostMemory.set(out.host(), type.dtype(), i, random.nextGaussian() * 50);
    }
    return out;
  }

  private static Tensor chain(Tensor x, Random random) {
    Tensor out = x;
    int views = 1 + random.nextInt(5);
    for (int i = 0; i < views; i++) {
      out = view(out, random);
    }
    return out;
  }

  private static Tensor view(Tensor x, Random random) {
    Shape shape = x.shape();
    return switch (random.nextInt(5)) {
      case 0 -> x.slice(slices(shape, random));
      case 1 -> x.permute(order(shape.rank(), random));
      case 2 -> {
        List<Long> extents = new ArrayList<>(extents(shape));
        Collections.shuffle(extents, random);
        yield x.reshape(extents.stream().mapToLong(e -> e).toArray());
      }
      case 3 -> x.flatten();
      default ->
          shape.rank() > 4
              ? x.flatten()
              : x.unsqueeze(shape.rank())
                  .broadcastTo(
                      LongStream.concat(
                              LongStream.of(1 + random.nextInt(2)),
                              LongStream.concat(
                                  extents(shape).stream().mapToLong(e -> e), LongStream.of(2)))
                          .toArray());
    };
  }

  private static List<Long> extents(Shape shape) {
    return LongStream.of(shape.toArray()).boxed().toList();
  }

  private static Slice[] slices(Shape shape, Random random) {
    return extents(shape).stream()
        .map(extent -> {
          long n = extent;
          long begin = random.nextLong(-n, n + 1);
          return switch (random.nextInt(6)) {
            case 0 -> n == 0 ? Slice.all() : Slice.at(random.nextLong(-n, n));
            case 1 -> Slice.all().by(-1 - random.nextInt(2));
            case 2 -> Slice.from(begin);
            default -> Slice.all().by(1 + random.nextInt(3));
          };
        })
        .toArray(Slice[]::new);
  }

  private static int[] order(int rank, Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.shuffle(order, random);
    return order.stream().mapToInt(a -> a).toArray();
  }

  private static byte[] bytes(MemorySegment data) {
    return data.toArray(ValueLayout.JAVA_BYTE);
  }

  private static byte[] compiled(Session session, Tensor x) {
    MemorySegment out = HostMemory.allocate(x.type());
    session.runOnce(
        List.of(x),
        List.of(),
        step -> {
          step.read(0, out);
          return out;
        });
    return bytes(out);
  }

  private static byte[] read(Session session, Tensor x) {
    return bytes(ScopedValue.where(Evaluator.SCOPED, session).call(x::compute).host());
  }

  @ParameterizedTest
  @EnumSource
  void chainsOfViewsAgreeWithTheirPlans(DType dtype) {
    sessions()
        .forEach(session -> {
          try (session) {
            Random random = new Random(dtype.ordinal());
            for (int i = 0; i < CHAINS; i++) {
              Storage stored = data(new TensorType(dtype, Shape.of(4, 1, 6, 2)), random);
              Tensor x = chain(Tensor.of(stored), random);
              byte[] expected = compiled(session, x);
              assertTrue(StoredView.of(x.value()).isPresent(), () -> x.type().toString());
              assertArrayEquals(expected, read(session, x));
            }
          }
        });
  }

  @Test
  void aLoopOverPositionsMakesNoPlan() {
    TrackedBackend backend = new TrackedBackend();
    try (Session session = Session.on(backend)) {
      Tensor x = Tensor.iota(TensorType.f32(100, 3), 0);
      Tensor y = x.mul(2);
      ScopedValue.where(Evaluator.SCOPED, session)
          .run(() -> {
            y.compute();
            assertEquals(1, backend.openPrograms());
            for (int i = 0; i < 100; i++) {
              assertEquals(2.0 * i, y.slice(Slice.at(i), Slice.at(-1)).item());
              assertEquals(6.0 * i, y.slice(Slice.at(i)).toDoubleArray()[1] * 3);
            }
            assertEquals(1, backend.openPrograms());
            y.slice(Slice.at(3)).sum().item();
            assertEquals(2, backend.openPrograms());
          });
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void whatAStepReplacedIsReadAsItIsNow(Session session) {
    try (session) {
      Storage stored = Storage.zeros(TensorType.f32(3));
      Graph.Assignment next = new Graph.Assignment(stored, Tensor.of(stored).add(1).value());
      Step step = session.compile(List.of(), List.of(next));
      Tensor old = Tensor.of(stored).slice(Slice.at(1));
      for (int i = 1; i <= 3; i++) {
        step.run();
        byte[] now = read(session, Tensor.of(stored).slice(Slice.at(1)));
        assertEquals(i, MemorySegment.ofArray(now).get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0));
      }
      SettingException e = assertThrows(SettingException.class, () -> read(session, old));
      assertTrue(e.what().contains("built from a parameter that a step has since replaced"));
    }
  }

  @Test
  void largeOnesAndThoseOfLargeDataInABackendAreComputed() {
    Tensor large = Tensor.of(new float[5000], 5000);
    assertTrue(StoredView.of(large.slice(Slice.of(0, 4097)).value()).isEmpty());
    assertTrue(StoredView.of(large.slice(Slice.of(0, 4096)).value()).isPresent());
    assertTrue(StoredView.of(large.slice(Slice.of(0, 2)).add(0).value()).isEmpty());
    try (Session session = Session.on(ReferenceBackend.interpreting())) {
      Storage stored = Storage.zeros(TensorType.f32(2 << 20));
      Tensor one = Tensor.of(stored).slice(Slice.at(7));
      assertTrue(StoredView.of(one.value()).isPresent());
      session.compile(List.of(Tensor.of(stored).sum()), List.of()).run();
      assertTrue(StoredView.of(one.value()).isEmpty());
      assertArrayEquals(new byte[4], read(session, one));
    }
  }
}

package kortex.session;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import declared.UserCode;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import kortex.backend.Backend.Effort;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Graph;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.tensor.DeviceException;
import kortex.tensor.SettingException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session takes is known before, stays in bounds, and is given back. */
class MemoryTest {
  private static <T> T in(Session session, Supplier<T> body) {
    return ScopedValue.where(Evaluator.SCOPED, session).call(body::get);
  }

  private static Tensor product(long side) {
    Tensor column = Tensor.full(TensorType.f32(side, 1), 2);
    return UserCode.product(column, Tensor.full(TensorType.f32(1, side), 3));
  }

  private static void small(Session session) {
    assertEquals(24, in(session, () -> product(2).item()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void aTerabyteIsRefusedAndTheSessionGoesOn(String backend) {
    try (Session session = Session.open(backend)) {
      Tensor huge = product(1 << 20);
      String text = assertThrows(DeviceException.class, () -> in(session, huge::item)).getMessage();
      assertTrue(text.contains("the computation needs 4.0 TiB"), text);
      assertTrue(text.contains("4.0 TiB  f32[1048576, 1048576]  matMul   UserCode.java:"), text);
      small(session);
      assertThrows(DeviceException.class, () -> session.compile(List.of(huge), List.of()));
      small(session);
    }
  }

  @Test
  void aLimitHoldsForAllThatASessionHas() {
    try (Session session = Session.on(ReferenceBackend.interpreting(), 1 << 20)) {
      Storage stored = Storage.zeros(TensorType.f32(200_000));
      Tensor next = Tensor.of(stored).add(1);
      Graph.Assignment update = new Graph.Assignment(stored, next.value());
      Step step = session.compile(List.of(), List.of(update));
      step.run();
      assertEquals(800_000, session.budget().held());
      String text =
          assertThrows(DeviceException.class, () -> in(session, () -> product(300).item())).what();
      assertTrue(text.contains("of the 1.0 MiB of kortex.memory.limit are free"), text);
      small(session);
      step.run();
      assertEquals(2, Tensor.of(stored).compute().host().get(JAVA_FLOAT, 0));
    }
  }

  @Test
  void storedValuesCount() {
    try (Session session = Session.on(ReferenceBackend.create(), 1 << 20)) {
      Tensor x = Tensor.of(new float[300_000], 300_000);
      String text =
          assertThrows(DeviceException.class, () -> in(session, () -> x.sum().item())).what();
      assertTrue(text.contains("1.1 MiB for stored values"), text);
      assertTrue(text.contains("f32[300000]  stored"), text);
    }
  }

  @Test
  void keptPlansMakeRoom() {
    try (Session session = Session.on(ReferenceBackend.create(), 1 << 20)) {
      for (int side = 400; side < 500; side += 10) {
        int s = side;
        assertEquals(6.0 * s * s, in(session, () -> product(s).item()), 1e-6 * s * s * 6);
        assertTrue(session.budget().held() <= 1 << 20);
      }
    }
  }

  @Test
  void whatFailsHalfWayGivesEverythingBack() {
    TrackedBackend backend = new TrackedBackend();
    try (Session session = Session.on(backend)) {
      Tensor a = Tensor.of(new float[100], 100);
      Tensor b = Tensor.of(new float[100], 100);
      Tensor c = Tensor.of(new float[100], 100);
      backend.failAfter(2);
      assertThrows(DeviceException.class, () -> in(session, () -> a.add(b).mul(c).toFloatArray()));
      assertEquals(0, backend.open());
      assertEquals(0, session.budget().held());
      backend.failAfter(Integer.MAX_VALUE);
      assertArrayEquals(new float[100], in(session, () -> a.add(b).mul(c).toFloatArray()));
      backend.failCompilation();
      assertThrows(DeviceException.class, () -> in(session, () -> a.sub(b).toFloatArray()));
      small(session);
    }
    assertEquals(0, backend.open());
  }

  @Test
  void plansAreDroppedByNumberAndByBytes() {
    TrackedBackend backend = new TrackedBackend();
    try (Session session = Session.on(backend)) {
      for (int n = 1; n <= 600; n++) {
        Tensor x = Tensor.full(TensorType.f32(n), 1);
        assertEquals(n, in(session, () -> x.sum().item()));
      }
      assertEquals(256, backend.openPrograms());
    }
    assertEquals(0, backend.openPrograms());
    try (Session session = Session.on(ReferenceBackend.create())) {
      Plans plans = new Plans(100, 4 << 20);
      for (int n = 1; n <= 40; n++) {
        Graph graph = Graph.capture(List.of(product(n).value()), List.of()).graph();
        Blueprint blueprint = Blueprint.of(graph, session.backend(), Precision.F32);
        plans.keep(
            new Plans.Key(graph, Precision.F32), new Compiled(session, blueprint, Effort.QUICK));
      }
      assertTrue(plans.size() >= 1 && plans.size() < 10, () -> plans.size() + " plans");
    }
  }

  @Test
  void aPlanInUseOutlivesItsPlace() {
    TrackedBackend backend = new TrackedBackend();
    try (Session session = Session.on(backend)) {
      Tensor x = Tensor.of(1, 2, 3);
      double sum =
          session.runOnce(
              List.of(x.sum()),
              List.of(),
              step -> {
                for (int n = 1; n <= 300; n++) {
                  Tensor other = Tensor.full(TensorType.f32(n), 1);
                  in(session, () -> other.mean().item());
                }
                return step.scalar(0);
              });
      assertEquals(6, sum);
      assertEquals(256, backend.openPrograms());
    }
  }

  @Test
  void limitsAreAmounts() {
    String before = System.getProperty(Budget.LIMIT, "");
    try {
      System.setProperty(Budget.LIMIT, "512m");
      assertEquals(OptionalLong.of(512L << 20), Budget.limitSetting());
      System.setProperty(Budget.LIMIT, "4096");
      assertEquals(OptionalLong.of(4096), Budget.limitSetting());
      System.setProperty(Budget.LIMIT, "2 G");
      assertThrows(SettingException.class, Budget::limitSetting);
      System.setProperty(Budget.LIMIT, "16777216t");
      assertThrows(SettingException.class, Budget::limitSetting);
      System.setProperty(Budget.LIMIT, "999999999999999t");
      assertThrows(SettingException.class, Budget::limitSetting);
      System.setProperty(Budget.LIMIT, "");
      assertEquals(OptionalLong.empty(), Budget.limitSetting());
    } finally {
      System.setProperty(Budget.LIMIT, before);
    }
  }
}

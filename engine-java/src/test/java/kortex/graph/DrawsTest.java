package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kortex.autodiff.Transforms;
import kortex.backend.reference.ReferenceBackend;
import kortex.op.Random;
import kortex.session.Fresh;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.KortexException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random numbers as functions of keys: known answers, the same everywhere, no two streams alike.
 */
class DrawsTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Key KEY = Key.of(20260801);

  static Stream<Session> sessions() {
    return Stream.of(REFERENCE, Session.on(ReferenceBackend.interpreting()), Session.open("cpu"));
  }

  private static TensorType type(DType dtype, long... shape) {
    return new TensorType(dtype, Shape.of(shape));
  }

  private static TensorType f64(long... shape) {
    return type(DType.F64, shape);
  }

  private static Tensor longs(long... values) {
    TensorType type = type(DType.I64, values.length);
    return Tensor.of(Storage.of(type, MemorySegment.ofArray(values)));
  }

  private static double[] run(Session session, Tensor x) {
    return Fresh.numbers(session, x);
  }

  private static long[] bits(Session session, Tensor x) {
    Storage data = ScopedValue.where(Evaluator.SCOPED, session).call(x::compute);
    long[] out = new long[(int) x.type().size()];
    Arrays.setAll(out, i -> HostMemory.getLong(data.host(), x.dtype(), i));
    return out;
  }

  /** From the file {@code kat_vectors} of Random123. */
  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void threefryGivesItsKnownAnswers(Session session) {
    Tensor counters = longs(0, -1, 0x85a308d3243f6a88L);
    Tensor keys = longs(0, -1, 0x0370734413198a2eL);
    long[] expected = {0x99ba4efe6b200159L, 0xbb002be71cb996fcL, 0x483df7a0c4923a9cL};
    assertArrayEquals(expected, bits(session, keys.apply(new Random.Bits(64), counters)));
    long[] high = Arrays.stream(expected).map(x -> x >>> 1).toArray();
    assertArrayEquals(high, bits(session, keys.apply(new Random.Bits(63), counters)));
    double[] unit = Arrays.stream(expected).mapToDouble(x -> (x >>> 11) * 0x1p-53).toArray();
    assertArrayEquals(unit, run(session, keys.apply(new Random.Uniform(DType.F64), counters)));
    double[] single = Arrays.stream(expected).mapToDouble(x -> ((int) x >>> 8) * 0x1p-24).toArray();
    assertArrayEquals(single, run(session, keys.apply(new Random.Uniform(DType.F32), counters)));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void countersAbove32BitsHaveNumbersOfTheirOwn(Session session) {
    Tensor key = longs(5, 5, 5, 5, 5);
    Tensor counters = longs(3, 3 + (1L << 32), 3 + (1L << 33), 3 + (1L << 59), 4);
    double[] drawn = run(session, key.apply(new Random.Uniform(DType.F64), counters));
    assertEquals(5, Arrays.stream(drawn).distinct().count());
    double[] expected = run(REFERENCE, key.apply(new Random.Uniform(DType.F64), counters));
    assertArrayEquals(expected, drawn);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void everyBackendDrawsTheSameBits(Session session) {
    List<Supplier<Tensor>> exact = new ArrayList<>();
    for (DType dtype : List.of(DType.F64, DType.F32, DType.F16, DType.BF16)) {
      exact.add(() -> KEY.uniform(type(dtype, 7001)));
    }
    exact.add(() -> KEY.randint(type(DType.I32, 37, 41), -5, 1000));
    exact.add(() -> KEY.bernoulli(Shape.of(999), 0.3));
    exact.add(() -> KEY.fold(7).split(3).get(2).fold(-1).uniform(f64(301)));
    for (Supplier<Tensor> draw : exact) {
      assertArrayEquals(run(REFERENCE, draw.get()), run(session, draw.get()));
    }
    assertArrayEquals(
        run(REFERENCE, KEY.normal(f64(301))), run(session, KEY.normal(f64(301))), 1e-12);
    Tensor a = Tensor.full(f64(301), 0.7);
    assertArrayEquals(run(REFERENCE, KEY.gamma(a)), run(session, KEY.gamma(a)), 1e-12);
  }

  @Test
  void aKeyGivesTheSameNumbersAgain() {
    double[] once = KEY.normal(f64(3, 4)).toDoubleArray();
    assertArrayEquals(once, Key.of(20260801).normal(f64(3, 4)).toDoubleArray(), 1e-15);
    // Neither the shape nor what else is computed changes them.
    assertArrayEquals(once, KEY.normal(f64(12)).toDoubleArray(), 1e-15);
    KeyStream stream = KeyStream.of(3);
    double[] first = stream.uniform(f64(5)).toDoubleArray();
    double[] second = stream.uniform(f64(5)).toDoubleArray();
    assertNotEquals(first[0], second[0]);
    assertArrayEquals(first, KeyStream.of(3).uniform(f64(5)).toDoubleArray());
    assertNotEquals(first[0], KeyStream.of(4).uniform(f64(5)).toDoubleArray()[0]);
  }

  @Test
  void keysDoNotCollide() {
    List<Tensor> keys = new ArrayList<>(List.of(KEY.value(), KEY.keys(3000)));
    for (Key child : KEY.split(3)) {
      keys.add(child.keys(2000));
      keys.add(child.fold(0).value());
      keys.add(child.lane(0).value());
    }
    for (long i : new long[] {0, 1, 2, -1, 1L << 40, Long.MIN_VALUE, (1L << 52) + 1}) {
      keys.add(KEY.fold(i).value());
    }
    Set<Long> seen = new HashSet<>();
    int count = 0;
    for (Tensor key : keys) {
      for (long k : bits(REFERENCE, key)) {
        seen.add(k);
        count++;
      }
    }
    assertEquals(count, seen.size());
    Tensor third = KEY.split(5).get(2).value();
    assertEquals(bits(REFERENCE, KEY.keys(9))[2], bits(REFERENCE, third)[0]);
    assertEquals(0, KEY.split(0).size());
  }

  @Test
  void streamsOfRelatedKeysAreIndependent() {
    int n = 40_000;
    List<Key> pair = KEY.split(2);
    Tensor a = pair.get(0).normal(f64(n));
    for (Key other : List.of(pair.get(1), KEY, KEY.fold(0), KEY.fold(1), Key.of(20260802))) {
      double correlation = a.mul(other.normal(f64(n))).mean().item();
      assertEquals(0, correlation, 4 / Math.sqrt(n));
    }
  }

  @Test
  void keysAreMapped() {
    Tensor all = Transforms.vmap(k -> Key.of(k).fold(3).normal(f64(2, 2))).apply(KEY.keys(4));
    assertEquals(Shape.of(4, 2, 2), all.shape());
    double[] expected =
        KEY.split(4).stream()
            .flatMapToDouble(k -> Arrays.stream(k.fold(3).normal(f64(2, 2)).toDoubleArray()))
            .toArray();
    assertArrayEquals(expected, all.toDoubleArray(), 1e-15);
    // A captured key is the same for all members; a number that is mapped makes another of it.
    Tensor same = Transforms.vmap(x -> x.add(KEY.uniform(f64()))).apply(Tensor.full(f64(3), 0));
    assertEquals(1, Arrays.stream(same.toDoubleArray()).distinct().count());
    Tensor folded = Transforms.vmap(i -> KEY.fold(i).uniform(f64())).apply(longs(0, 1, 2));
    assertEquals(3, Arrays.stream(folded.toDoubleArray()).distinct().count());
    assertEquals(KEY.fold(1).uniform(f64()).item(), folded.toDoubleArray()[1]);
  }

  @Test
  void shapesMayBeEmpty() {
    assertEquals(Shape.of(0, 3), KEY.normal(f64(0, 3)).shape());
    assertEquals(0, KEY.gamma(Tensor.full(f64(0), 1)).toDoubleArray().length);
    assertTrue(Math.abs(KEY.normal(f64()).item()) < 6);
    assertEquals(0, KEY.randint(type(DType.I64, 0), 0, 2).toDoubleArray().length);
  }

  @Test
  void numbersAreAsFineAsTheirDtype() {
    double[] x = KEY.uniform(f64(1000)).toDoubleArray();
    assertTrue(Arrays.stream(x).allMatch(u -> u >= 0 && u < 1 && u * 0x1p53 % 1 == 0));
    assertTrue(Arrays.stream(x).filter(u -> u * 0x1p52 % 1 != 0).count() > 400);
    double[] half = KEY.uniform(type(DType.BF16, 1000)).toDoubleArray();
    assertTrue(Arrays.stream(half).allMatch(u -> u >= 0 && u < 1 && u * 256 % 1 == 0));
  }

  @Test
  void gradientsFlowThroughShiftsAndScales() {
    Tensor noise = KEY.normal(f64(3));
    Tensor scale = Tensor.of(new double[] {1, 2, 3}, 3);
    Tensor g = Transforms.grad(s -> KEY.normal(f64(3)).mul(s).add(s).sum()).apply(scale);
    assertArrayEquals(noise.add(1).toDoubleArray(), g.toDoubleArray(), 1e-12);
    Tensor a = Tensor.full(f64(3), 2);
    Tensor none = Transforms.grad(x -> KEY.gamma(x).sum()).apply(a);
    assertArrayEquals(new double[3], none.toDoubleArray());
    // The mask of a dropout is computed again for its gradient.
    Tensor x = Tensor.full(f64(1000), 3);
    double[] kept = KEY.dropout(x, 0.25).toDoubleArray();
    double[] slope = Transforms.grad(y -> KEY.dropout(y, 0.25).sum()).apply(x).toDoubleArray();
    for (int i = 0; i < kept.length; i++) {
      assertEquals(kept[i], 3 * slope[i], 1e-12);
      assertTrue(kept[i] == 0 || Math.abs(kept[i] - 4) < 1e-12);
    }
    assertEquals(250, Arrays.stream(kept).filter(k -> k == 0).count(), 50);
  }

  @Test
  void impossibleConcentrationsAreNaN() {
    double[] drawn = KEY.gamma(Tensor.of(new double[] {0, -1, Double.NaN, 1}, 4)).toDoubleArray();
    for (int i = 0; i < 3; i++) {
      assertTrue(Double.isNaN(drawn[i]), i + ": " + drawn[i]);
    }
    assertTrue(drawn[3] > 0);
  }

  private static void fails(Class<? extends KortexException> error, List<Supplier<Object>> wrong) {
    for (int i = 0; i < wrong.size(); i++) {
      KortexException e = assertThrows(KortexException.class, wrong.get(i)::get);
      assertEquals(error, e.getClass(), i + ": " + e.getMessage());
    }
  }

  @Test
  void mistakesAreSaid() {
    fails(
        DTypeException.class,
        List.of(
            () -> KEY.uniform(type(DType.I32, 3)),
            () -> KEY.normal(type(DType.I32, 3)),
            () -> KEY.truncatedNormal(type(DType.I32, 3), -1, 1),
            () -> KEY.randint(f64(2), 0, 3),
            () -> Key.of(Tensor.of(1, 2)),
            () -> KEY.fold(Tensor.of(1)),
            () -> KEY.gamma(Tensor.of(new int[] {1}, 1))));
    fails(
        ShapeException.class,
        List.of(
            () -> Key.of(longs(1, 2)),
            () -> KEY.fold(longs(1, 2)),
            () -> KEY.categorical(Tensor.full(f64(), 1)),
            () -> KEY.beta(Tensor.full(f64(2), 1), Tensor.full(f64(3), 1))));
    fails(
        SettingException.class,
        List.of(
            () -> KEY.randint(type(DType.I32, 3), 3, 3),
            () -> KEY.randint(type(DType.I32, 3), 0, 1L << 32),
            () -> KEY.randint(type(DType.U8, 2), -1, 3),
            () -> KEY.randint(type(DType.I64, 2), Long.MIN_VALUE, 5),
            () -> KEY.uniform(f64(2), 1, 0),
            () -> KEY.truncatedNormal(f64(2), 1, 1),
            () -> KEY.truncatedNormal(f64(2), 9, 10),
            () -> KEY.uniform(f64(2), Double.NaN, 0),
            () -> KEY.normal(f64(2), 0, -1),
            () -> KEY.bernoulli(Shape.of(2), 1.5),
            () -> KEY.dropout(Tensor.full(f64(2), 1), 1),
            () -> KEY.split(-1)));
  }
}

package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.plan.Plan;
import kortex.plan.PlanVerifier;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.DataException;
import kortex.tensor.KortexException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What indexing does with wrong indices, repeated indices, empty tensors and large tables. */
class IndexingTest {
  static List<Session> sessions() {
    return List.of(
        Session.on(ReferenceBackend.create()),
        Session.on(ReferenceBackend.interpreting()),
        Session.open("cpu"));
  }

  private static double[] run(Session session, Supplier<Tensor> body) {
    Tensor x = Origin.of("test.nn.kts:3").call(body);
    return ScopedValue.where(Evaluator.SCOPED, session).call(x::toDoubleArray);
  }

  private static Tensor index(int... numbers) {
    return Tensor.of(numbers, numbers.length);
  }

  private static Tensor matrix(long... shape) {
    TensorType type = TensorType.f32(Shape.of(shape).size());
    return Tensor.iota(type, 0).reshape(shape);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void errorsSayWhichIndexIsWrongWhere(Session session) {
    Tensor x = matrix(5, 3);
    Tensor wrong = Tensor.of(new int[] {0, 4, -5, 1, 7, 2}, 2, 3);
    var e = assertThrows(DataException.class, () -> run(session, () -> x.take(wrong, 0)));
    assertEquals(
        "index 7 at [1, 1] is out of range for axis 0 of f32[5, 3] (made at test.nn.kts:3)",
        e.what());
    assertEquals("Use numbers from -5 to 4.", e.remedy());
    e = assertThrows(DataException.class, () -> run(session, () -> x.take(index(0, -4), 1)));
    assertEquals(
        "index -4 at [1] is out of range for axis 1 of f32[5, 3] (made at test.nn.kts:3)",
        e.what());
    e = assertThrows(DataException.class, () -> run(session, () -> index(3, -1).oneHot(9)));
    assertEquals("label -1 at [1] is out of range for 9 classes (made at test.nn.kts:3)", e.what());
    assertEquals("Use numbers from 0 to 8.", e.remedy());
    Tensor scalar = Tensor.full(new TensorType(DType.I64, Shape.SCALAR), 5);
    e = assertThrows(DataException.class, () -> run(session, () -> x.take(scalar, 0)));
    assertEquals(
        "index 5 is out of range for axis 0 of f32[5, 3] (made at test.nn.kts:3)", e.what());
    assertArrayEquals(new double[] {12, 13, 14}, run(session, () -> x.take(index(-1), 0)));
  }

  private static final long[] EXTREMES = {Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, -1L << 33};

  /** An index for an axis of extent {@code n}, sometimes with wrong numbers in it. */
  private static Tensor random(SplittableRandom random, long n, boolean[] wrong, long... shape) {
    long[] numbers = new long[Math.toIntExact(Shape.of(shape).size())];
    boolean spoil = random.nextInt(3) == 0;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextLong(-n, n);
      if (spoil && random.nextInt(4) == 0) {
        int kind = random.nextInt(6);
        numbers[i] = kind < 4 ? EXTREMES[kind] : kind == 4 ? n : -n - 1;
      }
      wrong[0] |= numbers[i] < -n || numbers[i] >= n;
    }
    TensorType type = new TensorType(DType.I64, Shape.of(shape));
    return Tensor.of(Storage.of(type, MemorySegment.ofArray(numbers)));
  }

  /** Some use of random indices; tells whether one is wrong. */
  private static Tensor use(long seed, boolean[] wrong) {
    SplittableRandom random = new SplittableRandom(seed);
    long rows = 1 + random.nextInt(6);
    long columns = 1 + random.nextInt(6);
    long count = 1 + random.nextInt(9);
    Tensor x = matrix(rows, columns).mul(0.5).add(1);
    Tensor first = random(random, rows, wrong, count);
    switch (random.nextInt(8)) {
      case 0:
        return x.take(first, 0).sum(1);
      case 1:
        return x.take(random(random, columns, new boolean[1], 0), 1).sum().add(x.take(first, 0));
      case 2:
        Tensor picked = x.takeAlongAxis(random(random, rows, wrong, count, columns), 0);
        return picked.exp().add(x.take(first, 0).sum());
      case 3:
        return x.at(first, random(random, columns, wrong, count)).mul(2);
      case 4:
        return x.addAt(matrix(count, columns), first);
      case 5:
        return x.putAt(matrix(count, columns), first);
      case 6:
        Tensor along = random(random, rows, wrong, count, columns);
        Tensor added = x.scatterAdd(along, matrix(count, columns), 0);
        return added.scatterMax(along, x.sum(0), 0).take(first, 0);
      default:
        Variable v = Variable.of("v", x);
        return Autodiff.grad(v.take(first, 0).square().sum(), v);
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void wrongIndicesAlwaysThrow(Session session) {
    int thrown = 0;
    for (long seed = 0; seed < 150; seed++) {
      boolean[] wrong = new boolean[1];
      Tensor y = use(seed, wrong);
      boolean isWrong = wrong[0];
      try {
        double[] actual = run(session, () -> y);
        assertTrue(!isWrong, "nothing was thrown for seed " + seed);
        boolean[] again = new boolean[1];
        long which = seed;
        assertArrayEquals(run(sessions().getFirst(), () -> use(which, again)), actual, 1e-3);
      } catch (DataException e) {
        assertTrue(isWrong, "seed " + seed + ": " + e.what());
        thrown++;
      }
    }
    assertTrue(thrown > 20, "only " + thrown + " seeds were wrong");
  }

  private static void write(Storage tokens, int... numbers) {
    tokens.write(MemorySegment.ofArray(numbers));
  }

  /** A table trained on tokens: the table, the number of steps, and what follows from both. */
  private record Training(Storage table, Storage steps, Storage tokens, Step step) {
    static Training of(Session session) {
      Storage table = Storage.zeros(TensorType.f32(6, 4));
      table.write(MemorySegment.ofArray(matrix(6, 4).mul(0.1).toFloatArray()));
      Storage steps = Storage.zeros(TensorType.f32());
      Storage tokens = Storage.zeros(new TensorType(DType.I32, Shape.of(3)));
      Tensor w = Tensor.of(table);
      Tensor loss = w.take(Tensor.of(tokens), 0).square().mean();
      Tensor next = w.sub(Autodiff.grad(loss, w));
      // This check needs the updated table, so it cannot run before the update is computed.
      Tensor drawn = next.sum(1).argMax(0).add(Tensor.of(tokens).max());
      Tensor later = next.take(drawn, 0).sum();
      Step step =
          session.compile(
              List.of(loss, later),
              List.of(
                  new Graph.Assignment(table, next.value()),
                  new Graph.Assignment(steps, Tensor.of(steps).add(1).value())));
      return new Training(table, steps, tokens, step);
    }

    List<float[]> state() {
      return List.of(Tensor.of(table).toFloatArray(), Tensor.of(steps).toFloatArray());
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void aStepThatFailsReplacesNothingAndGoesOn(Session session) {
    Training failing = Training.of(session);
    Training sound = Training.of(session);
    int[][] batches = {{0, 0, 0}, {0, 9, 0}, {-6, 0, -6}, {0, 0, 1}, {0, -7, 0}, {-6, -6, -6}};
    int failures = 0;
    for (int[] batch : batches) {
      write(failing.tokens(), batch);
      List<float[]> before = failing.state();
      boolean wrong = batch[1] == 9 || batch[1] == -7 || batch[2] == 1;
      if (wrong) {
        assertThrows(DataException.class, () -> failing.step().run());
        failures++;
        assertArrayEquals(before.toArray(), failing.state().toArray());
      } else {
        write(sound.tokens(), batch);
        failing.step().run();
        sound.step().run();
      }
    }
    assertEquals(3, failures);
    assertArrayEquals(sound.state().toArray(), failing.state().toArray());
    PlanVerifier.verify(failing.step().plan());
  }

  @Test
  void updatesAreStillMadeInPlace() {
    Session session = sessions().getLast();
    Storage table = Storage.zeros(TensorType.f32(1000, 64));
    Storage tokens = Storage.zeros(new TensorType(DType.I32, Shape.of(8)));
    Tensor w = Tensor.of(table);
    Tensor loss = w.take(Tensor.of(tokens), 0).square().mean();
    Tensor next = w.sub(Autodiff.grad(loss, w));
    Plan plan =
        session.compile(List.of(loss), List.of(new Graph.Assignment(table, next.value()))).plan();
    assertTrue(plan.steps().stream().noneMatch(s -> s instanceof Plan.CopyStep), "copies");
  }

  @Test
  void takingRowsOfALargeTableReadsOnlyThem() {
    Session session = sessions().getLast();
    Storage table = Storage.zeros(TensorType.f32(400_000, 64));
    Tensor w = Tensor.of(table);
    Plan plan = session.compile(List.of(w.take(index(3, -1, 7), 0).tanh()), List.of()).plan();
    assertTrue(plan.arenaBytes() < 4096, "arena of " + plan.arenaBytes());
    long kernels = plan.steps().stream().filter(s -> s instanceof Plan.KernelStep).count();
    assertEquals(1, kernels, "take and tanh are one kernel");
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void theLastOfEqualPlacesStays(Session session) {
    Variable x = Variable.of("x", Tensor.of(1, 2, 3, 4));
    Variable u = Variable.of("u", Tensor.of(10, 20, 30, 40, 50));
    Tensor index = index(2, 0, -2, 0, 2);
    Tensor y = x.scatter(index, u, 0);
    assertArrayEquals(new double[] {40, 2, 50, 4}, run(session, () -> y));
    Tensor weighted = y.mul(Tensor.of(1, 2, 3, 4)).sum();
    List<Tensor> d = Autodiff.grad(weighted, List.of(x, u));
    assertArrayEquals(new double[] {0, 2, 0, 4}, run(session, () -> d.get(0)));
    assertArrayEquals(new double[] {0, 0, 0, 1, 3}, run(session, () -> d.get(1)));
    Tensor added = x.scatterAdd(index, u, 0);
    assertArrayEquals(new double[] {61, 2, 93, 4}, run(session, () -> added));
    Tensor same = Tensor.of(7, 7);
    Tensor ties = Tensor.of(7, 7, 1).scatterMax(index(0, 0), same, 0);
    assertArrayEquals(new double[] {7, 7, 1}, run(session, () -> ties));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void sumsDoNotDependOnThreads(Session session) {
    SplittableRandom random = new SplittableRandom(5);
    int n = 40_000;
    int[] positions = new int[n];
    float[] values = new float[n * 32];
    for (int i = 0; i < n; i++) {
      positions[i] = random.nextInt(300);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-1000, 1000);
    }
    float[] expected = new float[300 * 32];
    for (int i = 0; i < values.length; i++) {
      expected[positions[i / 32] * 32 + i % 32] += values[i];
    }
    Tensor zeros = Tensor.full(TensorType.f32(300, 32), 0);
    Tensor sums = zeros.addAt(Tensor.of(values, n, 32), index(positions));
    double[] actual = run(session, () -> sums);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i], actual[i], "at " + i);
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void emptyTensorsAreNothingSpecial(Session session) {
    Tensor none = Tensor.of(new float[0], 0, 3);
    Tensor nowhere = index();
    assertEquals(0, run(session, () -> none.take(nowhere, 0)).length);
    assertEquals(0, run(session, () -> matrix(2, 3).take(nowhere, 1)).length);
    assertEquals(0, run(session, () -> none.sort(0)).length);
    assertEquals(0, run(session, () -> none.cumprod(0)).length);
    assertEquals(0, run(session, () -> matrix(2, 3).topK(0, 1).values()).length);
    double[] unchanged = {0, 1, 2};
    assertArrayEquals(unchanged, run(session, () -> matrix(3).putAt(Tensor.of(5), nowhere)));
    assertArrayEquals(unchanged, run(session, () -> matrix(3).addAt(Tensor.of(5), nowhere)));
    Tensor mask = Tensor.full(new TensorType(DType.BOOL, Shape.of(3)), 0);
    assertEquals(0, run(session, () -> matrix(3, 2).masked(mask)).length);
    assertEquals(0, none.unique().values().type().size());
    assertEquals(0, nowhere.bincount().type().size());
    assertEquals(3, run(session, () -> none.cast(DType.F64).histogram(3).counts()).length);
    assertThrows(ShapeException.class, () -> none.take(index(0), 0));
    assertThrows(ShapeException.class, () -> none.argMax(0));
    assertThrows(ShapeException.class, () -> none.median(0));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void otherAxesBroadcast(Session session) {
    Tensor x = matrix(2, 3);
    Tensor column = Tensor.of(new int[] {2, 0}, 2, 1);
    assertArrayEquals(new double[] {2, 3}, run(session, () -> x.takeAlongAxis(column, 1)));
    Tensor row = Tensor.of(new int[] {-1, 0}, 1, 2);
    assertArrayEquals(new double[] {2, 0, 5, 3}, run(session, () -> x.takeAlongAxis(row, 1)));
    Tensor put = x.scatter(row, Tensor.of(9), 1);
    assertArrayEquals(new double[] {9, 1, 9, 9, 4, 9}, run(session, () -> put));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void runningResultsKeepTheirRange(Session session) {
    float inf = Float.POSITIVE_INFINITY;
    Tensor x = Tensor.of(-inf, -inf, -1000, 3, inf, 2);
    double[] y = run(session, () -> x.logCumSumExp(0));
    assertArrayEquals(new double[] {-inf, -inf, -1000, 3, inf, inf}, y, 1e-6);
    Tensor large = Tensor.of(800, 800, -800);
    double two = 800 + Math.log(2);
    double[] sums = run(session, () -> large.logCumSumExp(0));
    assertArrayEquals(new double[] {800, two, two}, sums, 1e-4);
    Tensor product = Tensor.of(inf, 2, 0.5f).cumprod(0);
    assertArrayEquals(new double[] {inf, inf, inf}, run(session, () -> product));
    Tensor integers = index(1 << 30, 1 << 30, 5).cumsum(0);
    assertArrayEquals(
        new double[] {1 << 30, Integer.MIN_VALUE, Integer.MIN_VALUE + 5},
        run(session, () -> integers));
    Tensor nan = Tensor.of(1, Float.NaN, 3).cumMax(0);
    assertArrayEquals(new double[] {1, Double.NaN, Double.NaN}, run(session, () -> nan));
    Tensor middle = Tensor.of(1, Float.NaN, 3).median(0);
    assertArrayEquals(new double[] {Double.NaN}, run(session, () -> middle));
  }

  private static void refused(Class<? extends KortexException> type, Supplier<Object> call) {
    KortexException e = assertThrows(type, call::get);
    assertTrue(!e.what().isEmpty() && !e.remedy().isEmpty(), e.getMessage());
  }

  @Test
  void mistakesAreRefusedWhereTheyAreMade() {
    Tensor x = matrix(3, 4);
    Tensor i = index(0, 1);
    refused(ShapeException.class, () -> x.take(i, 2));
    refused(DTypeException.class, () -> x.take(Tensor.of(1, 2), 0));
    refused(DTypeException.class, () -> x.take(x.less(x), 0));
    refused(ShapeException.class, () -> x.takeAlongAxis(i, 0));
    refused(ShapeException.class, () -> x.takeAlongAxis(Tensor.of(new int[6], 2, 3), 0));
    refused(ShapeException.class, () -> x.at());
    refused(ShapeException.class, () -> x.at(i, i, i));
    refused(ShapeException.class, () -> x.at(i, index(0, 1, 2)));
    refused(DTypeException.class, () -> x.addAt(index(1), i));
    refused(ShapeException.class, () -> x.addAt(Tensor.of(1, 2, 3), i));
    refused(ShapeException.class, () -> x.scatter(Tensor.of(new int[6], 2, 3), x, 0));
    refused(ShapeException.class, () -> x.masked(Tensor.of(1, 2).less(Tensor.of(0))));
    refused(DTypeException.class, () -> Tensor.of(1, 2).masked(Tensor.of(1, 2)));
    refused(ShapeException.class, () -> x.topK(5, 1));
    refused(ShapeException.class, () -> x.topK(-1, 1));
    refused(SettingException.class, () -> x.quantile(1.5, 0));
    refused(SettingException.class, () -> x.quantile(Double.NaN, 0));
    refused(DTypeException.class, () -> i.quantile(0.5, 0));
    refused(DTypeException.class, () -> x.less(x).cumsum(0));
    refused(DTypeException.class, () -> x.recurrence(i, 0));
    refused(ShapeException.class, () -> x.cumsum(2));
    refused(ShapeException.class, () -> i.oneHot(-1));
    refused(DTypeException.class, () -> x.oneHot(4));
    refused(DTypeException.class, () -> x.bincount());
    refused(DataException.class, () -> index(1, -1).bincount());
    refused(SettingException.class, () -> i.bincount(-1));
    refused(SettingException.class, () -> x.histogram(0, 0, 1));
    refused(SettingException.class, () -> x.histogram(3, 1, 1));
    refused(DataException.class, () -> Tensor.of(1, Float.NaN).histogram(3));
    refused(ShapeException.class, () -> x.searchSorted(x));
    refused(DTypeException.class, () -> Tensor.of(1, 2).searchSorted(i));
    refused(ShapeException.class, () -> x.sum().nonzero());
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("sessions")
  void sortingIsRightForManySizes(Session session) {
    SplittableRandom random = new SplittableRandom(3);
    for (int n : new int[] {2, 3, 63, 64, 65, 1000, 4097}) {
      double[] numbers = random.doubles(n, -40, 40).map(d -> Math.rint(d) + 0.0).toArray();
      List<Tensor> kinds =
          Arrays.stream(DType.values()).map(d -> Tensor.of(numbers, n).cast(d)).toList();
      for (Tensor x : kinds) {
        double[] expected = run(session, () -> x);
        Arrays.sort(expected);
        assertArrayEquals(expected, run(session, () -> x.sort(0)), x.type().toString());
      }
    }
  }
}

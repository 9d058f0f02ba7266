package kortex.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Control;
import kortex.graph.Evaluator;
import kortex.graph.Tensor;
import kortex.plan.PlanVerifier;
import kortex.session.Fresh;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.KortexException;
import kortex.tensor.PlaceholderException;
import kortex.tensor.SettingException;
import kortex.tensor.ShapeException;
import org.junit.jupiter.api.Test;

/** Checkpoints keep values and save memory; custom gradients are used wherever gradients are. */
class BackwardPassTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");
  private static final List<Session> SESSIONS = List.of(REFERENCE, INTERPRETER, CPU);

  private static <T> T in(Session session, Supplier<T> body) {
    return ScopedValue.where(Evaluator.SCOPED, session).call(body::get);
  }

  private static Tensor random(int seed, long rows, long columns) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[(int) (rows * columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return Tensor.of(values, rows, columns);
  }

  private static final int LAYERS = 32;
  private static final int BLOCK = 8;

  /** A deep chain of products, in blocks that {@code wrap} runs. */
  private static Tensor chain(
      Tensor x,
      List<Tensor> weights,
      java.util.function.BiFunction<Tensor, UnaryOperator<Tensor>, Tensor> wrap) {
    Tensor y = x;
    for (int from = 0; from < LAYERS; from += BLOCK) {
      int first = from;
      y =
          wrap.apply(
              y,
              in -> {
                Tensor z = in;
                for (Tensor w : weights.subList(first, first + BLOCK)) {
                  z = z.matmul(w).tanh();
                }
                return z;
              });
    }
    return y.square().sum();
  }

  private static Tensor checkpoint(Tensor x, UnaryOperator<Tensor> f) {
    return BackwardPass.checkpoint(List.of(x), in -> List.of(f.apply(in.getFirst()))).getFirst();
  }

  @Test
  void checkpointsSaveMemoryAndChangeNothing() {
    Tensor x = random(1, 64, 64);
    List<Tensor> weights = new ArrayList<>();
    for (int i = 0; i < LAYERS; i++) {
      weights.add(Tensor.of(in(CPU, random(2 + i, 64, 64).mul(0.42)::compute)));
    }
    Supplier<List<Tensor>> plain = () -> withGradient(chain(x, weights, (v, f) -> f.apply(v)), x);
    Supplier<List<Tensor>> saved =
        () -> withGradient(chain(x, weights, BackwardPassTest::checkpoint), x);
    Step all = CPU.compile(plain.get(), List.of());
    Step some = CPU.compile(saved.get(), List.of());
    PlanVerifier.verify(some.plan());
    long block = 64 * 64 * 4;
    assertTrue(all.plan().arenaBytes() >= LAYERS * block, "keeps every layer");
    // The inputs of four blocks, one block's layers, and what is being computed.
    assertTrue(
        some.plan().arenaBytes() <= (LAYERS / BLOCK + BLOCK + 4) * block,
        () -> some.plan().arenaBytes() + " against " + all.plan().arenaBytes());
    for (Session session : SESSIONS) {
      for (int i = 0; i < 2; i++) {
        double[] kept = Fresh.numbers(session, plain.get().get(i));
        double[] computedAgain = Fresh.numbers(session, saved.get().get(i));
        for (int j = 0; j < kept.length; j++) {
          assertEquals(kept[j], computedAgain[j], 1e-4 * (1 + Math.abs(kept[j])));
        }
      }
    }
  }

  private static List<Tensor> withGradient(Tensor y, Tensor x) {
    return List.of(y, Autodiff.grad(y, x));
  }

  @Test
  void checkpointsOfEverySecondDerivative() {
    Tensor x = Tensor.of(new double[] {0.3, -0.7, 1.1}, 3);
    Tensor w = Tensor.of(new double[] {0.5, 1.5, -0.5}, 3);
    UnaryOperator<Tensor> f = v -> v.mul(w).sin().mul(v.exp());
    for (Session session : SESSIONS) {
      in(
          session,
          () -> {
            for (Tensor at : List.of(x, w)) {
              Tensor g = Autodiff.grad(f.apply(x).sum(), at);
              Tensor h = Autodiff.grad(checkpoint(x, f).sum(), at);
              assertArrayEquals(g.toDoubleArray(), h.toDoubleArray(), 1e-12);
              for (Tensor again : List.of(x, w)) {
                assertArrayEquals(
                    Autodiff.grad(g.square().sum(), again).toDoubleArray(),
                    Autodiff.grad(h.square().sum(), again).toDoubleArray(),
                    1e-12);
              }
            }
            return 0;
          });
    }
  }

  @Test
  void aCheckpointedStepKeepsOnlyItsCarries() {
    Tensor w = random(5, 32, 32);
    Tensor x = random(6, 16, 32);
    UnaryOperator<Tensor> deep =
        v -> v.matmul(w).tanh().matmul(w).tanh().matmul(w).tanh().matmul(w).tanh();
    UnaryOperator<List<Tensor>> plain = c -> List.of(deep.apply(c.getFirst()));
    UnaryOperator<List<Tensor>> saving = c -> List.of(checkpoint(c.getFirst(), deep));
    Tensor y = Control.iterate(50, List.of(x), plain).getFirst();
    Tensor z = Control.iterate(50, List.of(x), saving).getFirst();
    Tensor dy = Autodiff.grad(y.sum(), w);
    Tensor dz = Autodiff.grad(z.sum(), w);
    long carries = 50 * 16 * 32 * 4;
    long all = CPU.compile(List.of(dy), List.of()).plan().arenaBytes();
    long some = CPU.compile(List.of(dz), List.of()).plan().arenaBytes();
    assertTrue(some < carries * 1.5, () -> some + " bytes");
    assertTrue(all > carries * 4, () -> all + " bytes");
    float[] expected = in(CPU, dy::toFloatArray);
    assertArrayEquals(expected, in(CPU, dz::toFloatArray), 1e-5f);
    assertNotEquals(0, expected[0]);
  }

  /** log(1 + eˣ) with the stable gradient, doubled so that it can be told from the real one. */
  private static Tensor softplus(Tensor x, double factor) {
    return BackwardPass.custom(
            List.of(x),
            in -> List.of(in.getFirst().exp().add(1).log()),
            (in, out, g) -> List.of(g.getFirst().mul(in.getFirst().sigmoid()).mul(factor)))
        .getFirst();
  }

  @Test
  void theGivenGradientIsUsed() {
    Tensor x = Tensor.of(new double[] {-1, 0.5, 2}, 3);
    for (Session session : SESSIONS) {
      in(
          session,
          () -> {
            double[] s = x.sigmoid().toDoubleArray();
            Tensor y = softplus(x, 2);
            assertArrayEquals(x.exp().add(1).log().toDoubleArray(), y.toDoubleArray(), 1e-12);
            Tensor g = Autodiff.grad(y.sum(), x);
            assertArrayEquals(Arrays.stream(s).map(v -> 2 * v).toArray(), g.toDoubleArray(), 1e-12);
            // The second derivative is that of the rule.
            assertArrayEquals(
                Arrays.stream(s).map(v -> 2 * v * (1 - v)).toArray(),
                Autodiff.grad(g.sum(), x).toDoubleArray(),
                1e-12);
            // Forward mode is the gradient of the gradient with respect to what it is seeded with.
            Tensor seed = Tensor.of(new double[] {0, 0, 0}, 3);
            Tensor pulled = Autodiff.grad(softplus(x, 2).mul(seed).sum(), x);
            Tensor direction = Tensor.of(new double[] {1, 2, 3}, 3);
            Tensor pushed = Autodiff.grad(pulled.mul(direction).sum(), seed);
            assertArrayEquals(
                new double[] {2 * s[0], 4 * s[1], 6 * s[2]}, pushed.toDoubleArray(), 1e-12);
            return 0;
          });
    }
  }

  @Test
  void theGivenGradientIsUsedInLoopsAndBranches() {
    Tensor x = Tensor.of(new double[] {0.25}, 1);
    for (Session session : SESSIONS) {
      in(
          session,
          () -> {
            Tensor y =
                Control.iterate(3, List.of(x), c -> List.of(straightThrough(c.getFirst())))
                    .getFirst();
            assertEquals(0, y.item());
            assertEquals(1, Autodiff.grad(y.sum(), x).item());
            Tensor z =
                Control.cond(
                        x.sum().less(Tensor.full(x.sum().type(), 1)),
                        () -> List.of(straightThrough(x).mul(5)),
                        () -> List.of(x))
                    .getFirst();
            assertEquals(5, Autodiff.grad(z.sum(), x).item());
            return 0;
          });
    }
  }

  /** Rounds down, with the gradient of the identity. */
  private static Tensor straightThrough(Tensor x) {
    return BackwardPass.custom(List.of(x), in -> List.of(in.getFirst().floor()), (in, out, g) -> g)
        .getFirst();
  }

  @Test
  void severalInputsOutputsAndOutsiders() {
    Tensor a = Tensor.of(new double[] {2, 3}, 2);
    Tensor b = Tensor.of(new double[] {5, 7}, 2);
    Tensor outside = Tensor.of(new double[] {10, 100}, 2);
    for (Session session : SESSIONS) {
      in(
          session,
          () -> {
            List<Tensor> y =
                BackwardPass.custom(
                    List.of(a, b),
                    in -> List.of(in.get(0).mul(in.get(1)), in.get(0).mul(outside)),
                    (in, out, g) ->
                        List.of(
                            g.get(0).mul(in.get(1)).add(g.get(1).mul(outside)),
                            g.get(0).mul(out.get(0)).mul(outside)));
            assertArrayEquals(new double[] {10, 21}, y.get(0).toDoubleArray());
            assertArrayEquals(new double[] {20, 300}, y.get(1).toDoubleArray());
            Tensor loss = y.get(0).sum().add(y.get(1).mul(2).sum());
            List<Tensor> g = Autodiff.grad(loss, List.of(a, b, outside));
            assertArrayEquals(new double[] {25, 207}, g.get(0).toDoubleArray());
            assertArrayEquals(new double[] {100, 2100}, g.get(1).toDoubleArray());
            assertArrayEquals(new double[] {0, 0}, g.get(2).toDoubleArray());
            // Through out and outside of the rule: d(a·b·outside)/da by the rule again.
            Tensor second = Autodiff.grad(g.get(1).sum(), a);
            assertArrayEquals(new double[] {50, 700}, second.toDoubleArray());
            return 0;
          });
    }
  }

  private static void says(Class<? extends KortexException> type, Runnable call, String... parts) {
    KortexException e = assertThrows(type, call::run);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e::getMessage);
    }
  }

  @Test
  void wrongRulesAreSaidAtTheCall() {
    Tensor x = Tensor.of(1f, 2f);
    says(
        ShapeException.class,
        () -> BackwardPass.custom(List.of(x), in -> in, (in, out, g) -> List.of(x.sum())),
        "gradient 0",
        "f32[]",
        "f32[2]");
    says(
        DTypeException.class,
        () -> BackwardPass.custom(List.of(x), in -> in, (in, o, g) -> List.of(x.cast(DType.F64))),
        "f64[2]",
        "Cast");
    says(
        SettingException.class,
        () -> BackwardPass.custom(List.of(x), in -> in, (in, out, g) -> List.of()),
        "0 gradients for 1");
    says(
        SettingException.class,
        () -> BackwardPass.custom(List.of(x), in -> List.of(), (in, out, g) -> g),
        "gives nothing");
    says(
        SettingException.class,
        () -> BackwardPass.checkpoint(List.of(x), in -> List.of()),
        "gives nothing");
    says(
        PlaceholderException.class,
        () -> checkpoint(x, v -> v.mul(v.sum().item())),
        "has no numbers");
  }
}

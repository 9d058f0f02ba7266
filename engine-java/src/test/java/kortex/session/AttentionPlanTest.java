package kortex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Slice;
import kortex.graph.Tensor;
import kortex.model.AttentionSettings;
import kortex.model.Attentions;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention in plans: which way it runs, what memory it takes, and that both ways agree. */
class AttentionPlanTest {
  private static final Session CPU = Session.open("cpu");
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());

  private static Tensor numbers(double step, long... shape) {
    TensorType type = new TensorType(DType.F64, Shape.of(shape));
    Tensor position = Tensor.iota(type.as(Shape.of(type.size())), 0);
    return position.mul(step).sin().mul(2).reshape(shape).cast(DType.F32);
  }

  private static List<Tensor> withGradients(Tensor q, Tensor k, Tensor v, AttentionSettings how) {
    Tensor y = Attentions.scaledDotProduct(q, k, v, how);
    List<Tensor> out = new ArrayList<>(Autodiff.grad(y.sin().sum(), List.of(q, k, v)));
    out.add(y);
    return out;
  }

  private static List<Tensor> lengths(long time) {
    Tensor q = numbers(0.7, 1, 2, time, 32);
    return withGradients(
        q, numbers(0.3, 1, 2, time, 32), numbers(1.1, 1, 2, time, 32), AttentionSettings.of(true));
  }

  /** The weights of 4096 steps alone would take 134 MB. */
  @Test
  void memoryGrowsWithTheLengthAndNotWithItsSquare() {
    long shorter = CPU.explain(lengths(1024), List.of()).arenaBytes();
    long longer = CPU.explain(lengths(4096), List.of()).arenaBytes();
    assertTrue(longer <= 4 * shorter + 4096, shorter + " and " + longer);
    assertTrue(longer < 16L << 20, () -> "arena of " + longer);
  }

  @Test
  void explanationsSayWhichWay() {
    Explanation far = CPU.explain(lengths(256), List.of());
    assertEquals(2, far.choices().size(), far::toString);
    assertTrue(
        far.choices().stream().allMatch(c -> c.how().startsWith("block by block")), far::toString);
    assertTrue(far.toString().contains("attendGrad f32[1, 2, 256, 32]"), far::toString);
    Explanation near = CPU.explain(lengths(16), List.of());
    assertEquals(
        "as products and softmax: 16 queries and 16 keys are few: weights are stored",
        near.choices().getFirst().how());
    Tensor wide = numbers(0.1, 1, 256, 16).cast(DType.F64);
    Tensor y = Attentions.scaledDotProduct(wide, wide, wide, true);
    assertTrue(CPU.explain(List.of(y), List.of()).choices().getFirst().how().contains("only f32"));
    assertEquals(List.of(), REFERENCE.explain(lengths(16), List.of()).choices());
  }

  /** A gradient uses the weights of the forward pass: two products forward, four backward. */
  @Test
  void shortSequencesComputeTheirWeightsOnce() {
    Explanation e = CPU.explain(lengths(16), List.of());
    long products =
        e.groups().stream()
            .flatMap(g -> g.ops().stream())
            .filter(op -> op.equals("matMul"))
            .count();
    assertEquals(6, products, e::toString);
    long exponentials =
        e.groups().stream().flatMap(g -> g.ops().stream()).filter(op -> op.equals("exp")).count();
    assertEquals(1, exponentials, e::toString);
  }

  private static void bothAgree(Supplier<List<Tensor>> make, double tolerance) {
    float[][] expected = on(REFERENCE, make);
    float[][] got = on(CPU, make);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], got[i], (float) tolerance, "result " + i);
    }
  }

  private static float[][] on(Session session, Supplier<List<Tensor>> make) {
    return ScopedValue.where(Evaluator.SCOPED, session)
        .call(() -> make.get().stream().map(Tensor::toFloatArray).toArray(float[][]::new));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 8, 33, 64, 80})
  void everyHeadSizeAndLength(long width) {
    bothAgree(
        () ->
            withGradients(
                numbers(0.7, 3, 201, width),
                numbers(0.3, 3, 167, width),
                numbers(1.1, 3, 167, width),
                AttentionSettings.of(width != 33)),
        2e-4);
  }

  @Test
  void largeScoresDoNotOverflow() {
    Supplier<List<Tensor>> make =
        () -> {
          Tensor q = numbers(0.7, 1, 160, 8).mul(3e3);
          return List.of(Attentions.scaledDotProduct(q, q.mul(-1), numbers(1.1, 1, 160, 8), true));
        };
    bothAgree(make, 1e-2);
    for (float x : on(CPU, make)[0]) {
      assertTrue(Math.abs(x) <= 2.0001f, () -> "a mean of numbers up to 2 is " + x);
    }
  }

  @Test
  void aQueryWithoutKeysGetsZeros() {
    Tensor hidden = numbers(0.37, 200, 200).less(Tensor.full(f32(200, 200), 0));
    Tensor mask = hidden.with(Tensor.full(f32(200), 0).less(0), Slice.at(70));
    Supplier<List<Tensor>> make =
        () ->
            withGradients(
                numbers(0.7, 2, 200, 16),
                numbers(0.3, 2, 200, 16),
                numbers(1.1, 2, 200, 16),
                AttentionSettings.of(false).withMask(mask));
    bothAgree(make, 2e-4);
    float[][] got = on(CPU, make);
    for (int i = 70 * 16; i < 71 * 16; i++) {
      assertEquals(0, got[3][i]);
      assertEquals(0, got[0][i]);
    }
  }

  private static TensorType f32(long... shape) {
    return new TensorType(DType.F32, Shape.of(shape));
  }

  @Test
  void whatIsNotANumberStaysInItsRow() {
    Tensor q = numbers(0.7, 1, 200, 8).with(Float.NaN, Slice.all(), Slice.at(5), Slice.at(3));
    Tensor y =
        Attentions.scaledDotProduct(q, numbers(0.3, 1, 200, 8), numbers(1.1, 1, 200, 8), true);
    float[] got = on(CPU, () -> List.of(y))[0];
    for (int i = 0; i < got.length; i++) {
      assertEquals(i / 8 == 5, Float.isNaN(got[i]), "element " + i);
    }
  }

  /** Second order goes through the formula: the gradient of the gradient, block by block below. */
  @Test
  void gradientsOfGradientsAgree() {
    bothAgree(
        () -> {
          Tensor q = numbers(0.7, 1, 140, 4);
          Tensor y = Attentions.scaledDotProduct(q, q.mul(0.5), q.square(), true);
          return List.of(Autodiff.grad(Autodiff.grad(y.sin().sum(), q).square().sum(), q));
        },
        5e-3);
  }

  @Test
  void halfPrecisionIsComputedInSingle() {
    Supplier<List<Tensor>> make =
        () -> {
          Tensor q = numbers(0.7, 2, 160, 16).cast(DType.BF16);
          Tensor k = numbers(0.3, 2, 160, 16).cast(DType.BF16);
          return withGradients(q, k, k, AttentionSettings.of(true)).stream()
              .map(x -> x.cast(DType.F32))
              .toList();
        };
    bothAgree(make, 5e-2);
    Explanation e = CPU.explain(make.get(), List.of());
    assertTrue(e.choices().getFirst().how().startsWith("block by block"), e::toString);
  }
}

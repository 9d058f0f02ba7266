package kortex.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Tensors;
import kortex.scalar.Elements;
import kortex.session.Fresh;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Half precision: fused bit for bit as one op at a time, and accumulated in more. */
class HalfPrecisionTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");

  /** Ops whose result in f32 is exact or correctly rounded, so that all backends agree. */
  private static final List<Function<Tensor, Tensor>> EXACT =
      List.of(
          x -> x.mul(1.7),
          x -> x.add(0.3),
          x -> x.div(3),
          x -> x.mul(x),
          x -> x.sub(x.abs().sqrt()),
          x -> x.abs().sqrt().add(x.mul(0.01)),
          x -> x.max(x.neg().mul(0.5)),
          x -> x.less(0.5).select(x.mul(3), x.sub(1)),
          x -> x.floor().add(x.sign()));

  private static Storage numbers(DType dtype, long size, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Storage out = Storage.zeros(new TensorType(dtype, Shape.of(size)));
    for (long i = 0; i < size; i++) {
      double x = Math.scalb(random.nextDouble() - 0.5, random.nextInt(-30, 18));
      Elements.set(out.host(), dtype, i, x);
    }
    return out;
  }

  private static double[] run(Session session, Tensor x) {
    return Fresh.numbers(session, x);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void fusedIsBitForBitUnfused(DType dtype) {
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Tensor x = Tensor.of(numbers(dtype, 257, seed));
      Tensor fused = x;
      Tensor stepwise = x;
      for (int i = 0; i < 12; i++) {
        Function<Tensor, Tensor> f = EXACT.get(random.nextInt(EXACT.size()));
        fused = f.apply(fused);
        stepwise = f.apply(stepwise);
        ScopedValue.where(Evaluator.SCOPED, REFERENCE).call(stepwise::compute);
      }
      double[] expected = stepwise.toDoubleArray();
      // A fresh graph: the steps above remember their values.
      assertArrayEquals(expected, run(CPU, fused), "fused, seed " + seed);
      random = new SplittableRandom(seed);
      Tensor again = x;
      for (int i = 0; i < 12; i++) {
        again = EXACT.get(random.nextInt(EXACT.size())).apply(again);
      }
      assertArrayEquals(expected, run(INTERPRETER, again), "interpreted, seed " + seed);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void everyBitPatternSurvivesLoadAndStore(DType dtype) {
    Storage all = Storage.zeros(new TensorType(dtype, Shape.of(1 << 16)));
    for (int i = 0; i < 1 << 16; i++) {
      all.host().setAtIndex(java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED, i, (short) i);
    }
    double[] expected = Tensor.of(all).toDoubleArray();
    assertArrayEquals(expected, run(CPU, Tensor.of(all).neg().neg().stopGradient()));
    double[] negated = run(REFERENCE, Tensor.of(all).neg());
    assertArrayEquals(negated, run(CPU, Tensor.of(all).neg()));
    assertArrayEquals(expected, run(CPU, Tensor.of(all).cast(DType.F64)));
    assertArrayEquals(expected, run(CPU, Tensor.of(all).cast(DType.F32).cast(dtype)));
  }

  @Test
  void accumulationIsInF32() {
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      // In f16 the sum of ones would stop at 2048.
      assertEquals(5000, run(session, Tensors.ones(DType.F16, 5000).sum())[0], 2);
      assertEquals(40_000, run(session, Tensors.ones(DType.F16, 40_000, 2).sum(0))[1], 16);
      Tensor row = Tensors.full(0.01, DType.BF16, 1, 3000);
      double product = DType.BF16.round(0.01) * 3000;
      Tensor column = Tensors.ones(DType.BF16, 3000, 1);
      Tensor y = row.matmul(column);
      assertEquals(DType.BF16, y.dtype());
      assertEquals(DType.BF16.round(product), run(session, y)[0], 0.13);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void gradientsKeepTheDType(DType dtype) {
    Tensor x = Tensor.of(0.5f, -1.25f, 2).cast(dtype);
    Tensor g = Autodiff.grad(x.sigmoid().mul(x).sum(), x);
    Tensor wide = x.cast(DType.F64);
    double[] expected = run(REFERENCE, Autodiff.grad(wide.sigmoid().mul(wide).sum(), wide));
    assertEquals(x.type(), g.type());
    assertArrayEquals(expected, run(CPU, g), dtype == DType.F16 ? 2e-3 : 2e-2);
    assertTrue(run(CPU, Tensor.of(-4).cast(dtype).sigmoid())[0] > 0.017, "the tail is there");
  }
}

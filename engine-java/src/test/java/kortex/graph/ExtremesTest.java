package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kortex.autodiff.Autodiff;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Composites at the ends of a dtype's range, and where there are more ties than it counts. */
class ExtremesTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  private static Tensor of(DType dtype, double... values) {
    return Tensor.of(values, values.length).cast(dtype);
  }

  /** −1 and 1 in turn. */
  private static Tensor signs(DType dtype, int count) {
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      out[i] = i % 2 * 2 - 1;
    }
    return of(dtype, out);
  }

  private static double[] gradient(Tensor y, Tensor x) {
    return Autodiff.grad(y, x).toDoubleArray();
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void halvesAreSummedInSingles(DType half) {
    Tensor x = signs(half, 80_000);
    for (Tensor one : List.of(x.variance(), x.std())) {
      assertEquals(half, one.dtype());
      assertEquals(1, one.item());
    }
    assertEquals(half.round(Math.sqrt(80_000)), x.norm(2).item());
    assertEquals(
        half.round(Math.log(80_000)), of(half, 0).broadcastTo(Shape.of(80_000)).logSumExp().item());
    assertEquals(300, of(half, 300).norm(2).item());
    assertEquals(300, of(half, -300, 300).std().item());
    Tensor large = of(half, 300);
    assertArrayEquals(new double[] {1}, gradient(large.norm(2), large));
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32"})
  void manyWinnersShareTheGradient(DType dtype) {
    int count = 70_000;
    double share = dtype.round(1.0 / count);
    Tensor x = Tensor.full(new TensorType(dtype, Shape.of(count)), 1);
    Tensor place = Tensor.full(new TensorType(DType.I64, Shape.of(count)), 0);
    Tensor start = of(dtype, 0);
    for (Tensor y : List.of(x.max(), x.min(), start.scatterMax(place, x, 0).sum())) {
      double[] each = gradient(y, x);
      assertEquals(share, each[0], share * 1e-6);
      assertEquals(share, each[count - 1], share * 1e-6);
    }
  }

  @Test
  void anElementWithoutUpdateKeepsItsGradient() {
    Tensor place = Tensor.of(new long[] {1, 2}, 2);
    for (double sign : new double[] {-1, 1}) {
      Tensor x = of(DType.F32, sign * INF, sign * INF, 0);
      Tensor updates = of(DType.F32, sign * INF, 0);
      Tensor y = sign < 0 ? x.scatterMax(place, updates, 0) : x.scatterMin(place, updates, 0);
      assertArrayEquals(new double[] {sign * INF, sign * INF, 0}, y.toDoubleArray());
      assertArrayEquals(new double[] {1, 0.5, 0.5}, gradient(y.sum(), x));
      assertArrayEquals(new double[] {0.5, 0.5}, gradient(y.sum(), updates));
    }
  }

  @Test
  void quantilesReachTheEnds() {
    assertEquals(INF, of(DType.F32, INF, INF).median(0).item());
    assertEquals(-INF, of(DType.F32, -INF, 3).median(0).item());
    assertEquals(Double.NaN, of(DType.F32, -INF, INF).median(0).item());
    assertEquals(0, of(DType.F32, 3e38, -3e38).median(0).item());
    assertEquals(0, of(DType.F16, 6e4, -6e4).median(0).item());
    assertEquals(INF, of(DType.F16, 0, INF).quantile(1e-9, 0).item());
    Tensor x = of(DType.F32, 3e38, -3e38, 3e38);
    assertArrayEquals(new double[] {0.5, 0.5, 0}, gradient(x.quantile(0.25, 0), x));
    Tensor equal = of(DType.F32, INF, INF);
    assertArrayEquals(new double[] {0.75, 0.25}, gradient(equal.quantile(0.25, 0), equal));
  }

  @Test
  void logCumSumExpStartsAnywhere() {
    Tensor x = of(DType.F64, -INF, -INF, 0, 0);
    Tensor y = x.logCumSumExp(0);
    assertArrayEquals(new double[] {-INF, -INF, 0, Math.log(2)}, y.toDoubleArray(), 1e-15);
    assertArrayEquals(new double[] {0, 0, 1.5, 0.5}, gradient(y.sum(), x), 1e-15);
    Tensor many = signs(DType.F16, 70_000).mul(0);
    double[] all = many.logCumSumExp(0).toDoubleArray();
    assertEquals(DType.F16.round(Math.log(70_000)), all[all.length - 1]);
  }
}

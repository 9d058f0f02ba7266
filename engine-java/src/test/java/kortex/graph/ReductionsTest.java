package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kortex.autodiff.Autodiff;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Reductions at their corners: nothing, zeros, infinities, bools. */
class ReductionsTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static Tensor of(double... values) {
    return Tensor.of(values, values.length);
  }

  private static Tensor none(long... shape) {
    return Tensor.full(TensorType.f32(shape), 1);
  }

  private static double[] gradient(Tensor y, Tensor x) {
    return Autodiff.grad(y, x).toDoubleArray();
  }

  @Test
  void nothingHasNoExtremes() {
    Tensor x = none(2, 0);
    ShapeException e = assertThrows(ShapeException.class, () -> x.max(1));
    assertTrue(e.what().contains("max of no elements: axis 1 of f32[2, 0]"), e.what());
    assertThrows(ShapeException.class, x::min);
    assertThrows(ShapeException.class, () -> x.argMax(1));
    assertEquals(Shape.of(0), x.max(0).shape());
    assertEquals(0, x.max(0).toDoubleArray().length);
  }

  @Test
  void nothingHasNeutralElements() {
    Tensor x = none(2, 0);
    assertArrayEquals(new double[] {0, 0}, x.sum(1).toDoubleArray());
    assertArrayEquals(new double[] {1, 1}, x.prod(1).toDoubleArray());
    assertArrayEquals(new double[] {NAN, NAN}, x.mean(1).toDoubleArray());
    assertArrayEquals(new double[] {NAN, NAN}, x.variance(1).toDoubleArray());
    assertArrayEquals(new double[] {-INF, -INF}, x.logSumExp(1).toDoubleArray());
    assertArrayEquals(new double[] {0, 0}, x.norm(2, 1).toDoubleArray());
    assertArrayEquals(new double[] {0, 0}, x.any(1).toDoubleArray());
    assertArrayEquals(new double[] {1, 1}, x.all(1).toDoubleArray());
    assertArrayEquals(new double[] {0, 0}, x.countNonzero(1).toDoubleArray());
  }

  @Test
  void truthOfNumbersAndBools() {
    Tensor x = Tensor.of(new double[] {0, 0, NAN, 0, 2, -1}, 3, 2);
    assertArrayEquals(new double[] {0, 1, 1}, x.any(1).toDoubleArray());
    assertArrayEquals(new double[] {0, 0, 1}, x.all(1).toDoubleArray());
    assertEquals(DType.BOOL, x.all().dtype());
    assertEquals(1, x.isNan().any().item());
    assertEquals(3, x.countNonzero().item());
    assertEquals(DType.I64, x.countNonzero(0).dtype());
    assertEquals(2, x.isFinite().not().or(x.less(of(0))).countNonzero().item());
  }

  @Test
  void logSumExpOfInfinities() {
    assertEquals(-INF, of(-INF, -INF).logSumExp().item());
    assertEquals(INF, of(1, INF).logSumExp().item());
    assertEquals(3, of(-INF, 3).logSumExp().item());
    assertEquals(1000 + Math.log(2), of(1000, 1000).logSumExp().item(), 1e-12);
    Tensor x = of(-INF, -INF);
    assertArrayEquals(new double[] {0, 0}, gradient(x.logSumExp(), x));
    Tensor y = of(-INF, 3);
    assertArrayEquals(new double[] {0, 1}, gradient(y.logSumExp(), y));
  }

  @Test
  void normsOfAnyOrder() {
    Tensor x = of(3, -4, 0);
    assertEquals(7, x.norm(1).item());
    assertEquals(5, x.norm(2).item());
    assertEquals(4, x.norm(INF).item());
    assertEquals(0, x.norm(-INF).item());
    assertEquals(2, x.norm(0).item());
    assertEquals(0, x.norm(-1).item());
    assertEquals(1 / (1 / 3.0 + 1 / 4.0), of(3, -4).norm(-1).item(), 1e-15);
    assertArrayEquals(new double[] {0.6, -0.8, 0}, gradient(x.norm(2), x), 1e-15);
    Tensor zeros = of(0, 0);
    for (double p : List.of(0.5, 1.0, 2.0, 3.0)) {
      assertArrayEquals(new double[] {0, 0}, gradient(zeros.norm(p), zeros), "p = " + p);
    }
    assertThrows(SettingException.class, () -> x.norm(NAN));
    assertThrows(DTypeException.class, () -> x.cast(DType.I32).norm(1));
  }

  @Test
  void variancesOfFew() {
    assertEquals(0, of(5).variance().item());
    assertTrue(Double.isNaN(of(5).correctedVariance(1).item()));
    assertEquals(2, of(1, 3).correctedVariance(1).item());
    Tensor x = of(5, 5);
    assertArrayEquals(new double[] {0, 0}, gradient(x.std(), x));
    assertEquals(0, Tensor.full(new TensorType(DType.F64, Shape.SCALAR), 3).variance().item());
  }

  @Test
  void productsOfIntegersWrap() {
    Tensor x = Tensor.of(new int[] {1 << 20, 1 << 11, 3}, 3);
    assertEquals(Integer.MIN_VALUE, x.prod().item());
    assertEquals(3.0 * (1L << 31), x.cast(DType.I64).prod().item());
  }

  @Test
  void unitAxesTakeThePlaceOfReducedOnes() {
    Tensor x = none(2, 3, 4);
    assertEquals(Shape.of(2, 1, 1), x.sum(1, 2).withUnitAxes(1, 2).shape());
    assertEquals(Shape.of(1, 3, 1), x.sum(0, -1).withUnitAxes(-1, 0).shape());
    assertEquals(Shape.of(1, 1, 1), x.sum().withUnitAxes(0, 1, 2).shape());
    assertThrows(ShapeException.class, () -> x.sum(1).withUnitAxes(5));
    assertThrows(ShapeException.class, () -> x.sum(1).withUnitAxes(0, 0));
  }

  @Test
  void bitsAndBounds() {
    Tensor x = Tensor.of(new int[] {12, -12, 7}, 3);
    Tensor two = Tensor.full(x.type(), 2);
    assertArrayEquals(new double[] {3, -3, 1}, x.shiftRight(two).toDoubleArray());
    assertArrayEquals(new double[] {48, -48, 28}, x.shiftLeft(two).toDoubleArray());
    assertArrayEquals(new double[] {-13, 11, -8}, x.not().toDoubleArray());
    assertArrayEquals(new double[] {14, -10, 5}, x.xor(two).toDoubleArray());
    assertArrayEquals(new double[] {0, 0, 2}, x.and(two).toDoubleArray());
    assertArrayEquals(new double[] {10, -5, 7}, x.clamp(-5, 10).toDoubleArray());
    assertThrows(SettingException.class, () -> x.clamp(2, 1));
    assertThrows(DTypeException.class, () -> of(1).and(of(2)));
    assertThrows(DTypeException.class, () -> of(1).shiftLeft(of(2)));
    assertThrows(DTypeException.class, () -> x.ieeeRemainder(two));
    assertThrows(SettingException.class, () -> of(1).polygamma(-1));
  }

  @Test
  void numbersInThePlaceOfNone() {
    Tensor x = of(NAN, INF, -INF, 1);
    double most = Double.MAX_VALUE;
    assertArrayEquals(new double[] {0, most, -most, 1}, x.nanToNum().toDoubleArray());
    Tensor y = x.nanToNum(7, 8, 9);
    assertArrayEquals(new double[] {7, 8, 9, 1}, y.toDoubleArray());
    assertArrayEquals(new double[] {0, 0, 0, 1}, gradient(y.sum(), x));
    assertArrayEquals(new double[] {0, 1, 1, 0}, x.isInf().toDoubleArray());
    assertArrayEquals(new double[] {1, 0}, of(1, 2).lerp(of(5, 0), of(0, 1)).toDoubleArray());
    Tensor index = Tensor.of(new int[] {Integer.MAX_VALUE}, 1);
    assertEquals(0, index.isInf().item());
    assertEquals(1, index.isFinite().item());
  }
}

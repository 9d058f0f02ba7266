package kortex.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import kortex.autodiff.Transforms;
import kortex.scalar.ScalarMath;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** Draws are distributed as they say. Seeds are fixed, so what passes once passes always. */
class DistributionsTest {
  private static final int MANY = 40_000;
  private static final Key KEY = Key.of(20260801);

  private static TensorType many(DType dtype) {
    return new TensorType(dtype, Shape.of(MANY));
  }

  /** Kolmogorov's distance from a distribution, which a fair sample exceeds once in 10⁴ times. */
  private static void follows(Tensor sample, DoubleUnaryOperator cumulative, String what) {
    double[] x = sample.toDoubleArray();
    Arrays.sort(x);
    double distance = 0;
    for (int i = 0; i < x.length; i++) {
      double p = cumulative.applyAsDouble(x[i]);
      distance = Math.max(distance, Math.max(p - (double) i / x.length, (i + 1.0) / x.length - p));
    }
    double limit = 2.23 / Math.sqrt(x.length);
    double found = distance;
    assertTrue(
        found < limit, () -> sample.type() + " " + what + ": distance " + found + ", not " + limit);
  }

  private static double normal(double x) {
    return 0.5 * (1 + ScalarMath.erf(x / Math.sqrt(2)));
  }

  @Test
  void drawsFollowTheirDistributions() {
    for (DType dtype : List.of(DType.F64, DType.F32)) {
      TensorType many = many(dtype);
      Tensor one = Tensor.full(many, 1);
      follows(KEY.uniform(many), x -> x, "uniform");
      follows(KEY.uniform(many, -2, 6), x -> (x + 2) / 8, "uniform(−2, 6)");
      follows(KEY.normal(many), DistributionsTest::normal, "normal");
      follows(KEY.normal(many, 3, 0.5), x -> normal((x - 3) / 0.5), "normal(3, 0.5)");
      double[][] bounds = {{-2, 2}, {1, Double.POSITIVE_INFINITY}, {-9, -1}, {4, 5}, {-30, 0.5}};
      for (double[] b : bounds) {
        double mass = normal(b[1]) - normal(b[0]);
        Tensor cut = KEY.truncatedNormal(many, b[0], b[1]);
        String what = "truncatedNormal" + Arrays.toString(b);
        follows(cut, x -> (normal(x) - normal(b[0])) / mass, what);
        assertTrue(cut.min().item() >= b[0] && cut.max().item() <= b[1], what);
      }
      follows(KEY.exponential(many), x -> 1 - Math.exp(-x), "exponential");
      follows(KEY.gumbel(many), x -> Math.exp(-Math.exp(-x)), "gumbel");
      follows(KEY.gamma(one), x -> 1 - Math.exp(-x), "gamma(1)");
      follows(KEY.gamma(one.mul(0.5)), x -> ScalarMath.erf(Math.sqrt(x)), "gamma(0.5)");
      follows(KEY.gamma(one.mul(2)), x -> 1 - Math.exp(-x) * (1 + x), "gamma(2)");
      follows(KEY.beta(one.mul(2), one.mul(2)), x -> x * x * (3 - 2 * x), "beta(2, 2)");
      follows(KEY.beta(one, one.mul(3)), x -> 1 - Math.pow(1 - x, 3), "beta(1, 3)");
    }
  }

  @Test
  void momentsAreRight() {
    Tensor x = KEY.normal(many(DType.F64));
    double[] moments = {0, 1, 0, 3};
    double[] variances = {1, 2, 15, 96};
    for (int i = 0; i < 4; i++) {
      double deviation = Math.sqrt(variances[i] / MANY);
      assertEquals(moments[i], x.pow(i + 1).mean().item(), 4 * deviation);
    }
    for (double a : new double[] {0.1, 0.9, 1.5, 30, 1000}) {
      Tensor g = KEY.gamma(Tensor.full(many(DType.F64), a));
      assertEquals(a, g.mean().item(), 4 * Math.sqrt(a / MANY));
      double variance = g.sub(a).square().mean().item();
      assertEquals(a, variance, 4 * a * Math.sqrt((2 + 6 / a) / MANY));
    }
    Tensor p = KEY.dirichlet(Tensor.of(new double[] {1, 2, 5}, 3).broadcastTo(Shape.of(5000, 3)));
    assertEquals(1, p.sum(-1).max().item(), 1e-12);
    assertArrayEquals(new double[] {0.125, 0.25, 0.625}, p.mean(0).toDoubleArray(), 0.01);
  }

  /** Pearson's χ² of counts, which a fair sample exceeds once in 10⁴ times. */
  private static void counts(Tensor sample, int first, double[] probabilities, String what) {
    double[] seen = new double[probabilities.length];
    for (double x : sample.toDoubleArray()) {
      seen[(int) x - first]++;
    }
    double n = sample.type().size();
    double chi = 0;
    for (int i = 0; i < seen.length; i++) {
      double expected = n * probabilities[i];
      chi += seen[i] == expected ? 0 : Math.pow(seen[i] - expected, 2) / expected;
    }
    // Wilson and Hilferty's approximation of the quantile.
    double k = seen.length - 1;
    double limit = k * Math.pow(1 - 2 / (9 * k) + 3.72 * Math.sqrt(2 / (9 * k)), 3);
    double found = chi;
    assertTrue(chi < limit, () -> what + ": χ² " + found + ", not " + limit);
  }

  @Test
  void everyOrderIsEquallyLikely() {
    Tensor orders = Transforms.vmap(k -> Key.of(k).permutation(3)).apply(KEY.keys(6000));
    Tensor digits = Tensor.of(new double[] {9, 3, 1}, 3).cast(DType.I64);
    double[] seen = orders.mul(digits).sum(-1).toDoubleArray();
    double[] all = Arrays.stream(seen).distinct().sorted().toArray();
    assertArrayEquals(new double[] {5, 7, 11, 15, 19, 21}, all);
    double[] numbers = Arrays.stream(seen).map(x -> Arrays.binarySearch(all, x)).toArray();
    double[] sixth = new double[6];
    Arrays.fill(sixth, 1 / 6.0);
    counts(Tensor.of(numbers, 6000), 0, sixth, "orders");
    double[] order = KEY.permutation(1000).toDoubleArray();
    double[] sorted = Arrays.stream(order).sorted().toArray();
    assertArrayEquals(
        Tensor.iota(new TensorType(DType.F64, Shape.of(1000)), 0).toDoubleArray(), sorted);
    Tensor table = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    double[] columns = KEY.shuffle(table, -1).toDoubleArray();
    assertArrayEquals(table.take(KEY.permutation(3), 1).toDoubleArray(), columns);
    assertEquals(0, KEY.permutation(0).toDoubleArray().length);
  }

  @Test
  void choicesHaveTheirProbabilities() {
    double[] seventh = new double[7];
    Arrays.fill(seventh, 1 / 7.0);
    for (DType dtype : List.of(DType.I64, DType.I32, DType.I8)) {
      counts(KEY.randint(many(dtype), -3, 4), -3, seventh, "randint " + dtype);
    }
    double[] even = new double[256];
    Arrays.fill(even, 1 / 256.0);
    counts(KEY.randint(many(DType.U8), 0, 256), 0, even, "bytes");
    Shape shape = Shape.of(MANY);
    counts(KEY.bernoulli(shape, 0.2), 0, new double[] {0.8, 0.2}, "bernoulli");
    counts(KEY.bernoulli(shape, 0), 0, new double[] {1, 0}, "never");
    counts(KEY.bernoulli(shape, 1), 0, new double[] {0, 1}, "always");
    double[] logits = {0, Math.log(2), Double.NEGATIVE_INFINITY, Math.log(5)};
    Tensor drawn = KEY.categorical(Tensor.of(logits, 4).broadcastTo(Shape.of(MANY, 4)));
    assertEquals(new TensorType(DType.I32, shape), drawn.type());
    counts(drawn, 0, new double[] {0.125, 0.25, 0, 0.625}, "categorical");
  }
}

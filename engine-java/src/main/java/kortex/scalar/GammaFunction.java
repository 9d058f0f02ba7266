package kortex.scalar;

/**
 * The logarithm of the gamma function: a series around its zeros 1 and 2 (Abramowitz and Stegun
 * 6.1.33), Stirling's series from 10 on, recurrence and reflection between them and below.
 */
final class GammaFunction {
  private static final double EULER = 0.57721566490153286;

  /** Coefficients of Stirling's series, B(2k) / (2k (2k − 1)). */
  private static final double[] STIRLING = {
    1 / 12.0, -1 / 360.0, 1 / 1260.0, -1 / 1680.0, 1 / 1188.0, -691 / 360360.0, 1 / 156.0
  };

  private static final double[] ZETA_LESS_ONE = zetaLessOne(40);

  private GammaFunction() {}

  static double logGamma(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (Double.isInfinite(x) || (x <= 0 && x == Math.rint(x))) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < -0.5) {
      return reflected(x);
    }
    return x < 10 ? small(x) : stirling(x);
  }

  /** Γ(x) Γ(1 − x) = π / sin πx, with Γ(1 − x) = −x Γ(−x). */
  private static double reflected(double x) {
    double fraction = x - Math.rint(x);
    double sine = Math.abs(Math.sin(Math.PI * fraction));
    return Math.log(Math.PI / sine) - Math.log(-x) - logGamma(-x);
  }

  private static double small(double x) {
    if (x < 0.5) {
      return around(x) - Math.log1p(x) - Math.log(Math.abs(x));
    }
    if (x < 1.5) {
      return around(x - 1) - Math.log1p(x - 1);
    }
    double product = 1;
    double y = x;
    while (y > 2.5) {
      y -= 1;
      product *= y;
    }
    return Math.log(product) + around(y - 2);
  }

  /** log Γ(2 + z) for |z| ≤ 1/2. */
  private static double around(double z) {
    double sum = 0;
    for (int k = ZETA_LESS_ONE.length - 1; k >= 2; k--) {
      sum = (k % 2 == 0 ? 1 : -1) * ZETA_LESS_ONE[k] / k + sum * z;
    }
    return z * (1 - EULER) + z * z * sum;
  }

  private static double stirling(double x) {
    double w = 1 / (x * x);
    double sum = 0;
    for (int k = STIRLING.length - 1; k >= 0; k--) {
      sum = sum * w + STIRLING[k];
    }
    return (x - 0.5) * (Math.log(x) - 1) + (0.5 * Math.log(2 * Math.PI) - 0.5) + sum / x;
  }

  /** ζ(k) − 1, by Euler and Maclaurin's formula behind the first terms. */
  private static double[] zetaLessOne(int count) {
    double[] out = new double[count];
    for (int k = 2; k < count; k++) {
      double n = 40;
      double sum = Math.pow(n, 1 - k) / (k - 1) + Math.pow(n, -k) / 2;
      sum += k * Math.pow(n, -k - 1) / 12;
      sum -= k * (k + 1.0) * (k + 2) * Math.pow(n, -k - 3) / 720;
      sum += k * (k + 1.0) * (k + 2) * (k + 3) * (k + 4) * Math.pow(n, -k - 5) / 30240;
      for (int i = 39; i >= 2; i--) {
        sum += Math.pow(i, -k);
      }
      out[k] = sum;
    }
    return out;
  }
}

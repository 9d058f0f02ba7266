package kortex.scalar;

/**
 * The Gauss error function and its complement: the Maclaurin series near 0, a continued fraction
 * elsewhere (Abramowitz and Stegun 7.1.5, 7.1.14). Relative errors are about 1e-15.
 */
final class ErrorFunction {
  private static final double SERIES_BELOW = 1.5;
  private static final int FRACTION_TERMS = 200;

  private ErrorFunction() {}

  static double erf(double x) {
    double a = Math.abs(x);
    double magnitude = a < SERIES_BELOW ? series(a) : 1 - tail(a);
    return Double.isNaN(x) ? x : Math.copySign(magnitude, x);
  }

  static double erfc(double x) {
    if (x < 0.5) {
      return 1 - erf(x);
    }
    return x < 1 ? 1 - series(x) : tail(x);
  }

  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 100 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return sum * 2 / Math.sqrt(Math.PI);
  }

  /** erfc(x) from 1 on. */
  private static double tail(double x) {
    if (x > 28) {
      return 0;
    }
    double fraction = 0;
    for (int n = FRACTION_TERMS; n > 0; n--) {
      fraction = n / 2.0 / (x + fraction);
    }
    double square = x * x;
    double lost = Math.fma(x, x, -square);
    return Math.exp(-square) * (1 - lost) / Math.sqrt(Math.PI) / (x + fraction);
  }
}

package kortex.scalar;

/** The primitives on Java numbers. */
public final class ScalarMath {
  private ScalarMath() {}

  /** A primitive of one float. */
  public static double unary(Prim prim, double x) {
    return switch (prim) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SQRT -> Math.sqrt(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case ERF -> erf(x);
      case FLOOR -> Math.floor(x);
      default -> throw new IllegalArgumentException(prim + " of a float");
    };
  }

  /** A primitive of one integer. */
  public static long unary(Prim prim, long x) {
    return switch (prim) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      default -> throw new IllegalArgumentException(prim + " of an integer");
    };
  }

  /** A primitive of two floats. */
  public static double binary(Prim prim, double a, double b) {
    return switch (prim) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case POW -> pow(a, b);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      default -> throw new IllegalArgumentException(prim + " of floats");
    };
  }

  /** As C and IEEE 754: 1 to any power is 1, even to NaN, and (−1) to ±∞ is 1; Java says NaN. */
  private static double pow(double a, double b) {
    return a == 1 || (a == -1 && Double.isInfinite(b)) ? 1 : Math.pow(a, b);
  }

  /** A comparison of two floats. */
  public static boolean compare(Prim prim, double a, double b) {
    return switch (prim) {
      case EQUAL -> a == b;
      case LESS -> a < b;
      case LESS_OR_EQUAL -> a <= b;
      default -> throw new IllegalArgumentException(prim + " does not compare");
    };
  }

  /** A primitive of two integers; bools are 0 and 1. */
  public static long binary(Prim prim, long a, long b) {
    return switch (prim) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> b == 0 ? 0 : a / b;
      case REM -> b == 0 ? 0 : a % b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case EQUAL -> a == b ? 1 : 0;
      case LESS -> a < b ? 1 : 0;
      case LESS_OR_EQUAL -> a <= b ? 1 : 0;
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case SHIFT_LEFT -> a << b;
      case SHIFT_RIGHT -> a >>> b;
      default -> throw new IllegalArgumentException(prim + " of integers");
    };
  }

  /**
   * The error function by its Maclaurin series near 0 and the continued fraction of its complement
   * elsewhere (Abramowitz and Stegun 7.1.5, 7.1.14), to about 1e-15.
   */
  public static double erf(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    double a = Math.abs(x);
    if (a > 6) {
      return Math.signum(x);
    }
    double magnitude = a < 2.5 ? erfSeries(a) : 1 - erfcFraction(a);
    return Math.copySign(magnitude, x);
  }

  private static double erfSeries(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 100 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return sum * 2 / Math.sqrt(Math.PI);
  }

  private static double erfcFraction(double x) {
    double tail = 0;
    for (int n = 120; n > 0; n--) {
      tail = n / 2.0 / (x + tail);
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail);
  }
}

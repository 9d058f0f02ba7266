package kortex.scalar;

import kortex.tensor.DType;

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
      case EXPM1 -> Math.expm1(x);
      case LOG -> Math.log(x);
      case LOG1P -> Math.log1p(x);
      case LOG2 -> log2(x);
      case LOG10 -> Math.log10(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case ATAN -> Math.atan(x);
      case TANH -> Math.tanh(x);
      case ERF -> ErrorFunction.erf(x);
      case ERFC -> ErrorFunction.erfc(x);
      case LGAMMA -> GammaFunction.logGamma(x);
      case FLOOR -> Math.floor(x);
      case ROUND -> Math.rint(x);
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
      case REM -> a % b;
      case POW -> pow(a, b);
      case COPY_SIGN -> Math.copySign(a, b);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      default -> throw new IllegalArgumentException(prim + " of floats");
    };
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
      case SHIFT_LEFT -> b < 0 || b > 63 ? 0 : a << b;
      case SHIFT_RIGHT -> b < 0 || b > 63 ? 0 : a >>> b;
      default -> throw new IllegalArgumentException(prim + " of integers");
    };
  }

  /**
   * The first operand of a primitive as it goes into 64 bits: a shift to the right must not see the
   * sign bits above the width of a dtype.
   */
  public static long carrier(Prim prim, DType dtype, long x) {
    return prim == Prim.SHIFT_RIGHT && dtype != DType.I64 ? x & (1L << 8 * dtype.bytes()) - 1 : x;
  }

  /** As IEEE 754 and C say; Java has NaN for ±1 to an infinite power. */
  private static double pow(double a, double b) {
    boolean one = a == 1 || (a == -1 && Double.isInfinite(b));
    return one ? 1 : Math.pow(a, b);
  }

  private static double log2(double x) {
    if (!(x > 0) || x == Double.POSITIVE_INFINITY) {
      return Math.log(x);
    }
    int exponent = Math.getExponent(x) < Double.MIN_EXPONENT ? -1074 : Math.getExponent(x);
    double m = Math.scalb(x, -exponent);
    // A mantissa near 1 keeps what follows small where the result is.
    while (m > Math.sqrt(2)) {
      m /= 2;
      exponent++;
    }
    return exponent + Math.log(m) / Math.log(2);
  }

  /** The error function, to about 1e-15. */
  public static double erf(double x) {
    return ErrorFunction.erf(x);
  }
}

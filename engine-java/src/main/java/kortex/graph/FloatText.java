package kortex.graph;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import kortex.tensor.DType;

/**
 * Floats as decimal text with the fewest digits that read back as the same number, up to a
 * precision (NumPy's Dragon4).
 */
final class FloatText {
  private FloatText() {}

  /** The decimal with the fewest digits that rounds to the finite {@code x} in its dtype. */
  static BigDecimal shortest(double x, DType dtype) {
    if (x == 0) {
      return BigDecimal.ZERO;
    }
    return switch (dtype) {
      case F64 -> shorter(new BigDecimal(Double.toString(x)), x, dtype);
      case F32 -> shorter(new BigDecimal(Float.toString((float) x)), x, dtype);
      default -> search(x, dtype);
    };
  }

  /** Java writes two digits at least, where one may do: 4.9E-324. */
  private static BigDecimal shorter(BigDecimal text, double x, DType dtype) {
    BigDecimal stripped = text.stripTrailingZeros();
    if (stripped.precision() != 2) {
      return stripped;
    }
    BigDecimal one = new BigDecimal(x).round(new MathContext(1, RoundingMode.HALF_EVEN));
    return reads(one, dtype) == x ? one : stripped;
  }

  private static double reads(BigDecimal text, DType dtype) {
    return dtype == DType.F32 ? text.floatValue() : dtype.round(text.doubleValue());
  }

  private static BigDecimal search(double x, DType dtype) {
    BigDecimal exact = new BigDecimal(x);
    for (int digits = 1; digits < 17; digits++) {
      BigDecimal near = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (reads(near, dtype) == x) {
        return near;
      }
      // At a power of 2 the numbers that read back reach further on one side.
      boolean above = near.abs().compareTo(exact.abs()) > 0;
      RoundingMode other = above ? RoundingMode.DOWN : RoundingMode.UP;
      BigDecimal far = exact.round(new MathContext(digits, other));
      if (reads(far, dtype) == x) {
        return far;
      }
    }
    return exact;
  }

  /** {@code x} with up to {@code precision} digits after the point, and no zeros at the end. */
  static String positional(double x, DType dtype, int precision) {
    BigDecimal value = shortest(x, dtype);
    if (value.scale() > precision) {
      value = new BigDecimal(x).setScale(precision, RoundingMode.HALF_EVEN);
    }
    BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    String digits = plain.abs().setScale(Math.max(0, plain.scale())).toPlainString();
    return sign(x) + (digits.contains(".") ? digits : digits + ".");
  }

  /**
   * {@code x} as digit, point, from {@code least} to {@code precision} digits, and an exponent of
   * at least {@code power} digits.
   */
  static String scientific(double x, DType dtype, int least, int precision, int power) {
    BigDecimal value = shortest(x, dtype);
    int digitsWanted = Math.clamp(value.precision(), least + 1, precision + 1);
    if (value.signum() != 0 && value.precision() != digitsWanted) {
      // NumPy shows digits of the exact value behind those that it needs.
      value = new BigDecimal(x).round(new MathContext(digitsWanted, RoundingMode.HALF_EVEN));
    }
    BigDecimal stripped = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    String digits = stripped.unscaledValue().abs().toString();
    int exponent = value.signum() == 0 ? 0 : stripped.precision() - stripped.scale() - 1;
    String fraction = digits.substring(1);
    String padded = fraction + "0".repeat(Math.max(0, least - fraction.length()));
    String shown = Integer.toString(Math.abs(exponent));
    String zeros = "0".repeat(Math.max(0, power - shown.length()));
    String to = (exponent < 0 ? "e-" : "e+") + zeros + shown;
    return sign(x) + digits.charAt(0) + "." + padded + to;
  }

  private static String sign(double x) {
    return Math.copySign(1, x) < 0 ? "-" : "";
  }

  /** One number on its own, as NumPy writes scalars: 4.0, 1e-05, inf. */
  static String scalar(double x, DType dtype) {
    if (!Double.isFinite(x)) {
      return special(x);
    }
    double a = Math.abs(x);
    double many = dtype == DType.F64 ? 1e16 : Math.pow(10, decimals(dtype));
    if (a == 0 || (a >= 1e-4 && a < many)) {
      String text = positional(x, dtype, Integer.MAX_VALUE);
      return text.endsWith(".") ? text + "0" : text;
    }
    return scientific(x, dtype, 0, 20, 2).replace(".e", "e");
  }

  /** The decimal digits that every number of the dtype can have. */
  static int decimals(DType dtype) {
    return (int) ((dtype.digits() - 1) * Math.log10(2));
  }

  static String special(double x) {
    return Double.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  }
}

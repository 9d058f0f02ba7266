package kortex.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import kortex.tensor.DType;

/**
 * The common format of an array's floats, chosen as NumPy chooses it: with an exponent when the
 * largest has more digits than the dtype, the smallest is below 0.0001, or they lie more than a
 * factor of 1000 apart; aligned at the point.
 */
final class FloatCells {
  private static final int PRECISION = 8;
  private static final double SMALL = 1e-4;
  private static final double APART = 1000;

  private final DoubleFunction<String> format;
  private final int left;
  private final int right;

  FloatCells(double[] values, DType dtype) {
    List<Double> finite = new ArrayList<>();
    for (double x : values) {
      if (Double.isFinite(x)) {
        finite.add(x);
      }
    }
    boolean scientific = needsExponent(finite, dtype);
    List<String> texts = new ArrayList<>();
    for (double x : finite) {
      texts.add(
          scientific
              ? FloatText.scientific(x, dtype, 0, PRECISION, 2)
              : FloatText.positional(x, dtype, PRECISION));
    }
    int whole = 0;
    int fraction = 0;
    int exponent = 0;
    for (String text : texts) {
      int point = text.indexOf('.');
      int e = text.indexOf('e');
      whole = Math.max(whole, point);
      fraction = Math.max(fraction, (e < 0 ? text.length() : e) - point - 1);
      exponent = Math.max(exponent, e < 0 ? 0 : text.length() - e);
    }
    int digits = fraction;
    int power = exponent - 2;
    format =
        scientific
            ? x -> FloatText.scientific(x, dtype, digits, digits, power)
            : x -> FloatText.positional(x, dtype, PRECISION);
    right = fraction + exponent;
    left = Math.max(whole, special(values) - right - 1);
  }

  private static boolean needsExponent(List<Double> finite, DType dtype) {
    double smallest = Double.POSITIVE_INFINITY;
    double largest = 0;
    for (double x : finite) {
      if (x != 0) {
        smallest = Math.min(smallest, Math.abs(x));
        largest = Math.max(largest, Math.abs(x));
      }
    }
    return largest > 0
        && (largest >= Math.pow(10, Math.min(PRECISION, FloatText.decimals(dtype)))
            || smallest < dtype.round(SMALL)
            || dtype.round(largest / smallest) > APART);
  }

  /** The length of the longest of nan, inf and -inf among the values. */
  private static int special(double[] values) {
    int longest = 0;
    for (double x : values) {
      longest = Math.max(longest, Double.isFinite(x) ? 0 : FloatText.special(x).length());
    }
    return longest;
  }

  /** One number, padded to the width of all. */
  String cell(double x) {
    if (!Double.isFinite(x)) {
      String text = FloatText.special(x);
      return " ".repeat(Math.max(0, left + right + 1 - text.length())) + text;
    }
    String text = format.apply(x);
    int point = text.indexOf('.');
    String padded = " ".repeat(Math.max(0, left - point)) + text;
    return padded + " ".repeat(Math.max(0, left + right + 1 - padded.length()));
  }
}

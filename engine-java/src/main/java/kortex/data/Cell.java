package kortex.data;

import java.util.Locale;

/** What the text of a table's cell is. */
enum Cell {
  /** A decimal number such as {@code -1.5e3}. */
  NUMBER,
  /** NaN or an infinity, written out: takes the place of a number but is none. */
  NON_FINITE,
  /** Nothing. */
  BLANK,
  /** Anything else. */
  TEXT;

  /** What {@code text}, without spaces around it, is. */
  static Cell of(String text) {
    if (text.isEmpty()) {
      return BLANK;
    }
    if (isDecimal(text)) {
      return NUMBER;
    }
    char sign = text.charAt(0);
    String unsigned = sign == '-' || sign == '+' ? text.substring(1) : text;
    return switch (unsigned.toLowerCase(Locale.ROOT)) {
      case "nan", "inf", "infinity" -> NON_FINITE;
      default -> TEXT;
    };
  }

  /**
   * Whether {@code text} is an optional sign, digits with at most one point, and an optional
   * exponent. Stricter than {@link Double#parseDouble}, to which {@code 1f} and {@code 0x1p3} are
   * numbers.
   */
  private static boolean isDecimal(String text) {
    int at = skipSign(text, 0);
    int whole = skipDigits(text, at);
    int digits = whole - at;
    at = whole;
    if (at < text.length() && text.charAt(at) == '.') {
      int fraction = skipDigits(text, at + 1);
      digits += fraction - at - 1;
      at = fraction;
    }
    if (digits > 0 && at < text.length() && (text.charAt(at) | 0x20) == 'e') {
      int exponent = skipSign(text, at + 1);
      at = skipDigits(text, exponent);
      digits = at - exponent;
    }
    return digits > 0 && at == text.length();
  }

  private static int skipSign(String text, int at) {
    boolean signed = at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+');
    return signed ? at + 1 : at;
  }

  private static int skipDigits(String text, int at) {
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}

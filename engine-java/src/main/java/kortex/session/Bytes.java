package kortex.session;

import java.util.Locale;

/** Amounts as people read them. */
final class Bytes {
  private Bytes() {}

  /** An amount of memory: {@code 512 B}, {@code 1.5 MiB}. */
  static String text(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double amount = bytes;
    int unit = -1;
    while (amount >= 1023.95 && unit < 5) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %ciB", amount, "KMGTPE".charAt(unit));
  }

  /** A number of operations: {@code 950}, {@code 1.5 k}, {@code 2.1 G}. */
  static String count(double number) {
    if (number < 1000) {
      return String.format(Locale.ROOT, "%.0f", number);
    }
    double amount = number;
    int unit = -1;
    while (amount >= 999.95 && unit < 5) {
      amount /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %c", amount, "kMGTPE".charAt(unit));
  }
}

package kortex.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How good a network is on a set of examples.
 *
 * @param loss mean over all examples
 * @param metrics the value of each metric by its name
 * @param totals what each metric added up, row-major, such as the cells of a confusion matrix
 */
public record Scores(double loss, Map<String, Double> metrics, Map<String, List<Double>> totals) {
  /** Copies the maps, keeping their order. */
  public Scores {
    metrics = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    totals = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(totals));
  }

  /** Written as {@code loss 0.123, accuracy 0.98}. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("loss " + number(loss));
    metrics.forEach(
        (name, value) -> out.append(", ").append(name).append(" ").append(number(value)));
    return out.toString();
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}

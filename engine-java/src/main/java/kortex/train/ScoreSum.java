package kortex.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kortex.model.Metric;

/** Adds up losses and metrics over batches, in f64. */
final class ScoreSum {
  private final List<Metric> metrics;
  private final List<double[]> totals = new ArrayList<>();
  private final long[] counts;
  private double loss;
  private long examples;

  ScoreSum(List<Metric> metrics) {
    this.metrics = metrics;
    this.counts = new long[metrics.size()];
    metrics.forEach(m -> totals.add(new double[0]));
  }

  void addLoss(double meanLoss, int count) {
    loss += meanLoss * count;
    examples += count;
  }

  void addMetric(int metric, double[] total, long count) {
    double[] sum = Arrays.copyOf(totals.get(metric), total.length);
    for (int i = 0; i < total.length; i++) {
      sum[i] += total[i];
    }
    totals.set(metric, sum);
    counts[metric] += count;
  }

  long examples() {
    return examples;
  }

  Scores scores() {
    Map<String, Double> values = new LinkedHashMap<>();
    Map<String, List<Double>> sums = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i++) {
      Metric metric = metrics.get(i);
      values.put(metric.name(), metric.value(totals.get(i), counts[i]));
      sums.put(metric.name(), Arrays.stream(totals.get(i)).boxed().toList());
    }
    return new Scores(loss / examples, values, sums);
  }
}

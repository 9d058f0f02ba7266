package kortex.data;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * Shifts and scales inputs to mean 0 and standard deviation 1: {@code y = (x − mean) / deviation}.
 * Fit on the train part and apply to every part: statistics of test data must not leak into
 * training.
 *
 * <p>There is one mean and one deviation for each feature of {@code [features]} and {@code [time,
 * features]}, and for each channel of {@code [channels, …]} with two axes or more of space. The
 * deviation is the population's (divided by n); a feature that never changes has deviation 1, so it
 * becomes 0.
 *
 * @param sampleShape the shape of the examples
 * @param means the mean of each feature or channel
 * @param deviations the standard deviation of each feature or channel
 */
public record Standardizer(Shape sampleShape, List<Double> means, List<Double> deviations) {
  /** Throws {@link ShapeException} when there is not one mean and deviation for each feature. */
  public Standardizer {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    int count = Features.of(sampleShape).count();
    if (means.size() != count || deviations.size() != count) {
      throw new ShapeException(
          "%d means and %d deviations for examples of shape %s, which have %d features or channels"
              .formatted(means.size(), deviations.size(), sampleShape, count),
          "Give one mean and one deviation for each.");
    }
  }

  /**
   * How the numbers of an example belong to features: runs of {@code run}, {@code count} in turn.
   */
  private record Features(int count, int run) {
    static Features of(Shape shape) {
      if (shape.rank() == 0) {
        return new Features(1, 1);
      }
      return shape.rank() < 3
          ? new Features((int) shape.extent(-1), 1)
          : new Features((int) shape.extent(0), (int) shape.drop(1).size());
    }

    int at(int index) {
      return index / run % count;
    }
  }

  /** The mean and deviation of each feature or channel of a dataset, accumulated in double. */
  public static Standardizer fit(Dataset dataset) {
    Features features = Features.of(dataset.sampleShape());
    int count = features.count();
    var sums = new DoubleSummaryStatistics[count];
    Arrays.setAll(sums, f -> new DoubleSummaryStatistics());
    forEach(dataset, features, (feature, x) -> sums[feature].accept(x));
    // A second pass around the mean: the one-pass formula loses every digit when the mean is large.
    double[] squares = new double[count];
    forEach(
        dataset,
        features,
        (feature, x) -> {
          double distance = x - sums[feature].getAverage();
          squares[feature] += distance * distance;
        });
    Double[] means = new Double[count];
    Double[] deviations = new Double[count];
    for (int f = 0; f < count; f++) {
      // The rounded mean of equal numbers need not be that number; its distance is not a deviation.
      boolean constant = sums[f].getMin() == sums[f].getMax();
      means[f] = constant ? sums[f].getMin() : sums[f].getAverage();
      deviations[f] = constant ? 1.0 : Math.sqrt(squares[f] / sums[f].getCount());
    }
    return new Standardizer(dataset.sampleShape(), List.of(means), List.of(deviations));
  }

  private interface Visitor {
    void visit(int feature, float x);
  }

  private static void forEach(Dataset dataset, Features features, Visitor visitor) {
    for (int example = 0; example < dataset.size(); example++) {
      float[] input = dataset.input(example);
      for (int i = 0; i < input.length; i++) {
        visitor.visit(features.at(i), input[i]);
      }
    }
  }

  /** The dataset with standardised inputs. Throws {@link ShapeException} for other shapes. */
  public Dataset apply(Dataset dataset) {
    if (!dataset.sampleShape().equals(sampleShape)) {
      throw new ShapeException(
          "the examples have shape %s, the standardizer was fit to %s"
              .formatted(dataset.sampleShape(), sampleShape),
          "Fit it to data of the same shape.");
    }
    double[] mean = means.stream().mapToDouble(m -> m).toArray();
    double[] deviation = deviations.stream().mapToDouble(d -> d).toArray();
    Features features = Features.of(sampleShape);
    int width = (int) sampleShape.size();
    float[] inputs = new float[Dataset.storeLength(dataset.size(), width)];
    for (int example = 0; example < dataset.size(); example++) {
      float[] input = dataset.input(example);
      for (int i = 0; i < width; i++) {
        int feature = features.at(i);
        inputs[example * width + i] = (float) ((input[i] - mean[feature]) / deviation[feature]);
      }
    }
    return Dataset.owning(sampleShape, inputs, dataset.targets());
  }
}

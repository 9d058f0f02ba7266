package kortex.model;

import java.util.stream.IntStream;
import kortex.graph.Tensor;
import kortex.op.MatMul;
import kortex.tensor.Shape;

/**
 * How often each class (row) was taken for each class (column): totals {@code [classes, classes]}.
 * Its value, shown as {@code balancedAccuracy}, is the mean of the recalls of the classes that
 * occur.
 */
public record ConfusionMatrix() implements Metric {
  @Override
  public String name() {
    return "balancedAccuracy";
  }

  @Override
  public Tensor total(Tensor output, Tensor target) {
    Tensor labels = Targets.labels("confusionMatrix", output, target);
    Tensor rows = output.flatten(0, -2);
    Tensor truth = Targets.oneHot(labels.flatten(), rows).cast(output.dtype());
    Tensor guess = Targets.oneHot(rows.argMax(1), rows).cast(output.dtype());
    return truth.apply(new MatMul(true, false), guess);
  }

  @Override
  public long count(Shape output) {
    return output.with(-1, 1).size();
  }

  @Override
  public double value(double[] total, long count) {
    int classes = (int) Math.round(Math.sqrt(total.length));
    return IntStream.range(0, classes)
        .mapToObj(row -> recall(total, classes, row))
        .filter(r -> !r.isNaN())
        .mapToDouble(r -> r)
        .average()
        .orElse(Double.NaN);
  }

  private static Double recall(double[] total, int classes, int row) {
    double all = IntStream.range(0, classes).mapToDouble(c -> total[row * classes + c]).sum();
    return total[row * classes + row] / all;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }
}

package kortex.model;

import kortex.graph.Tensor;
import kortex.tensor.Shape;

/**
 * A number that says how good a network is. Each batch gives a total and a count; the totals of all
 * batches are added in f64, so that the value of an epoch is exact whatever the batches. Open.
 */
public interface Metric {
  /** Its name in tables and histories, such as {@code accuracy}. */
  String name();

  /** The total over a batch: f32 of any shape that does not depend on the batch. */
  Tensor total(Tensor output, Tensor target);

  /** What the total of a batch is divided by, from the shape of the output. */
  long count(Shape output);

  /** The value for totals and counts added over all batches. */
  default double value(double[] total, long count) {
    return total[0] / count;
  }

  /** Whether a larger value is better. */
  boolean higherIsBetter();
}

package kortex.train;

import java.util.List;
import kortex.graph.Tensor;

/**
 * The forward part of a training step.
 *
 * @param loss what is made small: a scalar
 * @param outputs what else to compute, such as the totals of metrics
 */
public record Pass(Tensor loss, List<Tensor> outputs) {
  /** Copies the list. */
  public Pass {
    outputs = List.copyOf(outputs);
  }

  /** Only a loss. */
  public static Pass of(Tensor loss) {
    return new Pass(loss, List.of());
  }
}

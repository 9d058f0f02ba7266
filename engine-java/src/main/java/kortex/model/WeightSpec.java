package kortex.model;

import java.util.Optional;
import kortex.tensor.Shape;

/**
 * A parameter that a layer needs: trained, and stored in checkpoints under {@code path/name}.
 *
 * @param name the last part of the checkpoint key, such as {@code weight}
 * @param shape extents
 * @param initializer how the first value is chosen
 * @param regularizer the penalty on its size, if any
 */
public record WeightSpec(
    String name, Shape shape, Initializer initializer, Optional<Regularizer> regularizer) {
  /** A parameter without a penalty. */
  public static WeightSpec of(String name, Shape shape, Initializer initializer) {
    return new WeightSpec(name, shape, initializer, Optional.empty());
  }
}

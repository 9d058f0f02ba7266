package kortex.model;

import java.util.Optional;
import java.util.OptionalDouble;
import kortex.graph.Tensor;
import kortex.tensor.SettingException;

/**
 * What a query sees, and how scores are scaled.
 *
 * @param causal whether query i sees the first i + 1 keys only, default false
 * @param mask which keys a query sees ({@code bool}, true where it does), or what is added to the
 *     scores (the dtype of the queries); broadcast to {@code [.., m, n]}, default none
 * @param scale what products of queries and keys are multiplied by, default 1 / √d
 */
public record AttentionSettings(boolean causal, Optional<Tensor> mask, OptionalDouble scale) {
  /** Throws {@code SettingException} when the scale is no finite number. */
  public AttentionSettings {
    double factor = scale.orElse(1);
    SettingException.require(Double.isFinite(factor), "attention scale", factor, "finite");
  }

  /** No mask, and the usual scale. */
  public static AttentionSettings of(boolean causal) {
    return new AttentionSettings(causal, Optional.empty(), OptionalDouble.empty());
  }

  /** The same with a mask. */
  public AttentionSettings withMask(Tensor visible) {
    return new AttentionSettings(causal, Optional.of(visible), scale);
  }

  /** The same with another scale. */
  public AttentionSettings withScale(double factor) {
    return new AttentionSettings(causal, mask, OptionalDouble.of(factor));
  }
}

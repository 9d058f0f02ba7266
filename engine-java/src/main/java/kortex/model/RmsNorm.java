package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;

/**
 * Root mean square normalisation (Zhang and Sennrich, 2019): {@code x / √(mean of x² + epsilon) ·
 * scale} over the features of each example, at each step of a sequence: {@code [batch, .., n] →
 * [batch, .., n]}. The same in training and inference. The parameter {@code scale}, ones, is {@code
 * [n]}. As PyTorch's.
 *
 * @param epsilon above 0, default 1e-5
 */
public record RmsNorm(double epsilon) implements Layer {
  /** Throws {@code SettingException} when epsilon is not above 0. */
  public RmsNorm {
    SettingException.require(epsilon > 0, "epsilon", epsilon, "above 0");
  }

  /** The normalisation with the defaults. */
  public static RmsNorm of() {
    return new RmsNorm(1e-5);
  }

  @Override
  public String kind() {
    return "rmsNorm";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Sequences.features(kind(), inputs);
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape features = Shape.of(inputs.getFirst().extent(-1));
    return List.of(WeightSpec.of("scale", features, Initializer.ones()));
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    return Norms.rmsNorm(inputs.getFirst(), context.weight("scale"), epsilon);
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 4 * inputs.getFirst().size();
  }

  @Override
  public String toString() {
    return "rmsNorm(" + (epsilon == 1e-5 ? "" : "epsilon = " + epsilon) + ")";
  }
}

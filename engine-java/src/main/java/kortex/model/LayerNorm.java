package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;

/**
 * Layer normalisation (Ba, Kiros and Hinton, 2016): {@code (x − mean) / √(variance + epsilon) ·
 * scale + shift} with mean and biased variance over the features of each example, at each step of a
 * sequence: {@code [batch, .., n] → [batch, .., n]}. The same in training and inference. Parameters
 * {@code scale}, ones, and {@code shift}, zeros, are {@code [n]}. As PyTorch's.
 *
 * @param epsilon above 0, default 1e-5
 */
public record LayerNorm(double epsilon) implements Layer {
  /** Throws {@code SettingException} when epsilon is not above 0. */
  public LayerNorm {
    SettingException.require(epsilon > 0, "epsilon", epsilon, "above 0");
  }

  /** Layer normalisation with the defaults. */
  public static LayerNorm of() {
    return new LayerNorm(1e-5);
  }

  @Override
  public String kind() {
    return "layerNorm";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Sequences.features(kind(), inputs);
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape features = Shape.of(inputs.getFirst().extent(-1));
    return List.of(
        WeightSpec.of("scale", features, Initializer.ones()),
        WeightSpec.of("shift", features, Initializer.zeros()));
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    return Norms.layerNorm(
        inputs.getFirst(), context.weight("scale"), context.weight("shift"), epsilon);
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 7 * inputs.getFirst().size();
  }

  @Override
  public String toString() {
    return "layerNorm(" + (epsilon == 1e-5 ? "" : "epsilon = " + epsilon) + ")";
  }
}

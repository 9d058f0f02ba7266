package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;

/**
 * A trained vector for each step, added: {@code y[b, t] = x[b, t] + weight[t]}, {@code [batch,
 * time, features]} in and out, so that what follows knows where it is. The weight is {@code [time,
 * features]} (Gehring et al., "Convolutional sequence to sequence learning", 2017).
 *
 * @param deviation of the normal numbers that the weight starts from, 0 or more, default 0.02
 */
public record Positions(double deviation) implements Layer {
  /** Throws {@code SettingException} when the deviation is negative. */
  public Positions {
    SettingException.require(deviation >= 0, "deviation", deviation, "0 or more");
  }

  /** Positions with the default deviation. */
  public static Positions of() {
    return new Positions(0.02);
  }

  @Override
  public String kind() {
    return "positions";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Sequences.only(kind(), inputs);
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Initializer start = Initializer.normal(0, deviation);
    return List.of(WeightSpec.of("weight", inputs.getFirst(), start));
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    return inputs.getFirst().add(context.weight("weight"));
  }

  @Override
  public String toString() {
    return "positions(" + (equals(of()) ? "" : "deviation = " + deviation) + ")";
  }
}

package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;

/**
 * In training each element is 0 with probability {@code rate}, else divided by {@code 1 − rate}; in
 * inference nothing happens (Srivastava et al., "Dropout", 2014, in its inverted form).
 *
 * @param rate 0 ≤ rate &lt; 1
 */
public record Dropout(double rate) implements Layer {
  /** Throws {@code SettingException} when the rate is out of range. */
  public Dropout {
    SettingException.require(rate >= 0 && rate < 1, "dropout rate", rate, "from 0 to below 1");
  }

  @Override
  public String kind() {
    return "dropout";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return inputs.getFirst();
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    if (context.phase() == Phase.INFERENCE || rate == 0) {
      return x;
    }
    Tensor dropped = context.uniform(x.type()).less(Tensor.full(x.type(), rate));
    return dropped.select(Tensor.full(x.type(), 0), x.mul(1 / (1 - rate)));
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 0;
  }

  @Override
  public String toString() {
    return "dropout(" + rate + ")";
  }
}

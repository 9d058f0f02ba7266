package kortex.model;

import java.util.List;
import kortex.graph.Tensor;

/**
 * A simple recurrent layer: {@code h' = tanh(x·Wᵀ + h·Uᵀ + b)} (Elman, "Finding structure in time",
 * 1990). As PyTorch's RNN.
 */
public record SimpleRnn(RecurrentSettings settings) implements Recurrent {
  /** A layer with the defaults. */
  public static SimpleRnn of(int units) {
    return new SimpleRnn(RecurrentSettings.of(units));
  }

  @Override
  public String kind() {
    return "simpleRnn";
  }

  @Override
  public int gates() {
    return 1;
  }

  @Override
  public int memories() {
    return 1;
  }

  @Override
  public List<Tensor> step(Forward context, Tensor gates, List<Tensor> memory) {
    return List.of(gates.add(Recurrent.product(context, memory)).tanh());
  }

  @Override
  public String toString() {
    return "simpleRnn(" + settings + ")";
  }
}

package kortex.model;

import java.util.ArrayList;
import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.Shape;

/**
 * A gated recurrent unit (Cho et al., "Learning phrase representations using RNN encoder-decoder",
 * 2014), with the reset behind the product, as PyTorch has it: with {@code r, z, n} the parts of
 * {@code x·Wᵀ + b} and {@code r', z', n'} those of {@code h·Uᵀ}, {@code h' = (1 − σ(z + z'))·m +
 * σ(z + z')·h} where {@code m = tanh(n + σ(r + r')·(n' + c))}. The bias c, {@code recurrentBias
 * [units]}, is the one that PyTorch keeps apart for a reason.
 */
public record Gru(RecurrentSettings settings) implements Recurrent {
  /** A layer with the defaults. */
  public static Gru of(int units) {
    return new Gru(RecurrentSettings.of(units));
  }

  @Override
  public String kind() {
    return "gru";
  }

  @Override
  public int gates() {
    return 3;
  }

  @Override
  public int memories() {
    return 1;
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    List<WeightSpec> out = new ArrayList<>(Recurrent.super.weights(inputs));
    if (settings.bias()) {
      Shape units = Shape.of(settings.units());
      out.add(WeightSpec.of("recurrentBias", units, settings.biasInitializer()));
    }
    return List.copyOf(out);
  }

  @Override
  public List<Tensor> step(Forward context, Tensor gates, List<Tensor> memory) {
    List<Tensor> input = gates.split(3, 1);
    List<Tensor> before = Recurrent.product(context, memory).split(3, 1);
    Tensor reset = input.get(0).add(before.get(0)).sigmoid();
    Tensor keep = input.get(1).add(before.get(1)).sigmoid();
    Tensor old = before.get(2);
    Tensor biased = settings.bias() ? old.add(context.weight("recurrentBias")) : old;
    Tensor fresh = input.get(2).add(reset.mul(biased)).tanh();
    return List.of(fresh.add(keep.mul(memory.getFirst().sub(fresh))));
  }

  @Override
  public String toString() {
    return "gru(" + settings + ")";
  }
}

package kortex.model;

import java.util.List;
import kortex.graph.Tensor;

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997; with the forget gate of Gers,
 * Schmidhuber and Cummins, 2000): with {@code i, f, g, o} the parts of {@code x·Wᵀ + h·Uᵀ + b},
 * {@code c' = σ(f)·c + σ(i)·tanh(g)} and {@code h' = σ(o)·tanh(c')}. As PyTorch's.
 */
public record Lstm(RecurrentSettings settings) implements Recurrent {
  /** A layer with the defaults. */
  public static Lstm of(int units) {
    return new Lstm(RecurrentSettings.of(units));
  }

  @Override
  public String kind() {
    return "lstm";
  }

  @Override
  public int gates() {
    return 4;
  }

  @Override
  public int memories() {
    return 2;
  }

  @Override
  public List<Tensor> step(Forward context, Tensor gates, List<Tensor> memory) {
    List<Tensor> parts = gates.add(Recurrent.product(context, memory)).split(4, 1);
    Tensor kept = parts.get(1).sigmoid().mul(memory.get(1));
    Tensor cell = kept.add(parts.get(0).sigmoid().mul(parts.get(2).tanh()));
    return List.of(parts.get(3).sigmoid().mul(cell.tanh()), cell);
  }

  @Override
  public String toString() {
    return "lstm(" + settings + ")";
  }
}

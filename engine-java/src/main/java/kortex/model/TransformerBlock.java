package kortex.model;

import java.util.List;
import java.util.stream.Stream;
import kortex.graph.Tensor;
import kortex.tensor.Shape;

/**
 * A block of a transformer with the norm in front (Vaswani et al., 2017; Xiong et al., "On layer
 * normalization in the transformer architecture", 2020): {@code y = x + attention(layerNorm(x))},
 * then {@code y + dense(gelu(dense(layerNorm(y))))}; {@code [batch, time, n] → [batch, time, n]}.
 * Parameters: {@code norm1}, {@code attention}, {@code norm2}, {@code up}, {@code down}, each with
 * those of its layer.
 *
 * @param heads how many attend side by side; divides n
 * @param expansion the inner dense layer has {@code expansion · n} units, default 4
 * @param causal whether a step sees no later step
 */
public record TransformerBlock(int heads, int expansion, boolean causal) implements Layer {
  /** Throws {@code SettingException} when there are no heads or no inner units. */
  public TransformerBlock {
    Check.atLeast(1, "heads", heads);
    Check.atLeast(1, "expansion", expansion);
  }

  /** A block with the default expansion. */
  public static TransformerBlock of(int heads, boolean causal) {
    return new TransformerBlock(heads, 4, causal);
  }

  @Override
  public String kind() {
    return "transformerBlock";
  }

  private Part attention() {
    return new Part("attention", Attention.of(heads, causal));
  }

  private static Part norm(int number) {
    return new Part("norm" + number, LayerNorm.of());
  }

  private Part up(Shape in) {
    return new Part("up", Dense.of(Math.toIntExact(inner(in).extent(-1))));
  }

  private static Part down(Shape in) {
    return new Part("down", Dense.of(Math.toIntExact(in.extent(-1))));
  }

  private Shape inner(Shape in) {
    return in.with(-1, Math.multiplyExact(expansion, in.extent(-1)));
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return attention().output(Sequences.only(kind(), inputs));
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    return Stream.of(
            norm(1).weights(in),
            attention().weights(in),
            norm(2).weights(in),
            up(in).weights(in),
            down(in).weights(inner(in)))
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    Tensor y = x.add(attention().forward(context, norm(1).forward(context, x)));
    Tensor wide = up(x.shape()).forward(context, norm(2).forward(context, y));
    return y.add(down(x.shape()).forward(context, Activations.gelu(wide)));
  }

  @Override
  public long flops(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    long around = norm(1).flops(in) + norm(2).flops(in) + inner(in).size() + 2 * in.size();
    return around + attention().flops(in) + up(in).flops(in) + down(in).flops(inner(in));
  }

  @Override
  public String toString() {
    String wide = expansion == 4 ? "" : ", expansion = " + expansion;
    return "transformerBlock(" + heads + wide + ", causal = " + causal + ")";
  }
}

package kortex.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kortex.graph.Tensor;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * Multi-head self-attention (Vaswani et al., "Attention is all you need", 2017): each step of a
 * sequence asks all steps, or with {@code causal} only those up to itself, and takes a mixture of
 * what they answer: {@code [batch, time, n] → [batch, time, n]}. Queries, keys and values come from
 * one product with {@code qkv/weight}, {@code [3·n, n]}: first all queries, head by head, then all
 * keys, then all values. {@code out/weight}, {@code [n, n]}, mixes the heads.
 *
 * @param heads how many attend side by side, each over {@code n / heads} features; divides n
 * @param causal whether a step sees no later step
 * @param dropout the probability with which a weight is 0 in training, default 0; the others are
 *     divided by what is left. Weights are then stored
 * @param bias whether {@code qkv/bias} and {@code out/bias} are added, default true
 * @param weightInitializer default glorotUniform
 * @param biasInitializer default zeros
 * @param regularizer penalty on both weights, default none
 */
public record Attention(
    int heads,
    boolean causal,
    double dropout,
    boolean bias,
    Initializer weightInitializer,
    Initializer biasInitializer,
    Optional<Regularizer> regularizer)
    implements Layer {
  /** Throws {@code SettingException} when there are no heads, or the dropout is out of range. */
  public Attention {
    Check.atLeast(1, "heads", heads);
    SettingException.require(
        dropout >= 0 && dropout < 1, "attention dropout", dropout, "from 0 to below 1");
  }

  /** Attention with the defaults. */
  public static Attention of(int heads, boolean causal) {
    return new Attention(
        heads, causal, 0, true, Initializer.glorotUniform(), Initializer.zeros(), Optional.empty());
  }

  @Override
  public String kind() {
    return "attention";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Sequences.only(kind(), inputs);
  }

  private Part projection(String name, long units) {
    Dense dense =
        new Dense(Math.toIntExact(units), bias, weightInitializer, biasInitializer, regularizer);
    return new Part(name, dense);
  }

  private Part qkv(Shape in) {
    return projection("qkv", Math.multiplyExact(3, in.extent(-1)));
  }

  private Part out(Shape in) {
    return projection("out", in.extent(-1));
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    if (in.extent(1) % heads != 0) {
      throw new ShapeException(
          "attention with " + heads + " heads cannot divide the features of " + in,
          "Choose heads that divide " + in.extent(1) + ".");
    }
    return Stream.of(qkv(in), out(in)).flatMap(p -> p.weights(in).stream()).toList();
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    Shape shape = x.shape();
    long width = shape.extent(2) / heads;
    Tensor all = qkv(shape).forward(context, x);
    // [3, batch, heads, time, width]
    List<Tensor> parts =
        all.reshape(shape.extent(0), shape.extent(1), 3, heads, width)
            .permute(2, 0, 3, 1, 4)
            .unstack(0);
    Tensor mixed = mixed(context, parts.get(0), parts.get(1), parts.get(2));
    return out(shape).forward(context, mixed.permute(0, 2, 1, 3).reshape(shape.toArray()));
  }

  private Tensor mixed(Forward context, Tensor q, Tensor k, Tensor v) {
    if (dropout == 0 || context.phase() == Phase.INFERENCE) {
      return Attentions.scaledDotProduct(q, k, v, causal);
    }
    Dropout drop = new Dropout(dropout);
    return Attentions.scaledDotProduct(
        q, k, v, AttentionSettings.of(causal), w -> drop.forward(context, List.of(w)));
  }

  @Override
  public long flops(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    long pairs = in.extent(0) * in.extent(0);
    // Two products over all pairs of steps, and scale, exp, sum and division for each head.
    return qkv(in).flops(in) + out(in).flops(in) + pairs * (4 * in.extent(1) + 4L * heads);
  }

  @Override
  public String toString() {
    String dropped = dropout == 0 ? "" : ", dropout = " + dropout;
    String biased = bias ? "" : ", bias = false";
    return "attention(" + heads + ", causal = " + causal + dropped + biased + ")";
  }
}

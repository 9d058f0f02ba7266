package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.op.Index;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * A trained vector for each token: {@code [batch, time] → [batch, time, features]}. The weight is
 * {@code [vocabulary, features]}, as PyTorch stores it. Running it throws {@code DataException}
 * when a token is not from 0 to {@code vocabulary − 1}.
 *
 * @param vocabulary how many tokens there are, 1 or more
 * @param features extent of each vector, 1 or more
 * @param deviation of the normal numbers that the weight starts from, 0 or more, default 1
 */
public record Embedding(int vocabulary, int features, double deviation) implements Layer {
  /** Throws {@code SettingException} when a number is out of range. */
  public Embedding {
    Check.atLeast(1, "vocabulary", vocabulary);
    Check.atLeast(1, "features", features);
    SettingException.require(deviation >= 0, "deviation", deviation, "0 or more");
  }

  /** An embedding with the default deviation. */
  public static Embedding of(int vocabulary, int features) {
    return new Embedding(vocabulary, features, 1);
  }

  @Override
  public String kind() {
    return "embedding";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape tokens = inputs.getFirst();
    if (tokens.rank() != 1) {
      throw new ShapeException(
          "embedding needs tokens [time], got " + tokens,
          "Declare the network's input as tokens(time, vocabulary).");
    }
    return tokens.insert(1, features);
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape shape = Shape.of(vocabulary, features);
    return List.of(WeightSpec.of("weight", shape, Initializer.normal(0, deviation)));
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    String of = "a vocabulary of " + vocabulary;
    Tensor rows = inputs.getFirst().apply(new Index.Bounded(vocabulary, false, "token", of));
    return context.weight("weight").apply(new Index.Take(), rows);
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 0;
  }

  @Override
  public String toString() {
    return "embedding(" + features + (deviation == 1 ? "" : ", deviation = " + deviation) + ")";
  }
}

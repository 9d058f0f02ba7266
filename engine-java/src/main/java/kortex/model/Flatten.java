package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.Shape;

/**
 * All elements of an example in one row, the last axis fastest: {@code [batch, ..] → [batch, n]}.
 */
public record Flatten() implements Layer {
  @Override
  public String kind() {
    return "flatten";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Shape.of(inputs.getFirst().size());
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    return x.reshape(x.shape().extent(0), x.shape().drop(1).size());
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 0;
  }

  @Override
  public String toString() {
    return "flatten()";
  }
}

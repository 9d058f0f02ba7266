package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * The mean of each channel of an image over all its places, {@code [batch, channels, h, w] →
 * [batch, channels]} (Lin, Chen and Yan, "Network in network", 2013), or of each feature of a
 * sequence over all its steps, {@code [batch, time, n] → [batch, n]}.
 */
public record GlobalAvgPool() implements Layer {
  @Override
  public String kind() {
    return "globalAvgPool";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    return switch (in.rank()) {
      case 3 -> in.take(1);
      case 2 -> in.drop(1);
      default ->
          throw new ShapeException(
              "globalAvgPool needs an image [channels, height, width] or a sequence [time,"
                  + " features], got "
                  + in,
              "Leave it out: features have no places to pool over.");
    };
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    return x.shape().rank() == 4 ? x.mean(2, 3) : x.mean(1);
  }

  @Override
  public long flops(List<Shape> inputs) {
    return inputs.getFirst().size();
  }

  @Override
  public String toString() {
    return "globalAvgPool()";
  }
}

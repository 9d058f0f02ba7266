package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** The sum of its inputs, which must have one shape: how a residual block ends. */
public record Add() implements Layer {
  @Override
  public String kind() {
    return "add";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape first = inputs.getFirst();
    for (Shape other : inputs) {
      if (!other.equals(first)) {
        throw new ShapeException(
            "add needs inputs of one shape, got " + first + " and " + other,
            "In a residual block keep the shape: padding = same, stride 1, as many filters as"
                + " channels.");
      }
    }
    return first;
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    return inputs.stream().reduce(Tensor::add).orElseThrow();
  }

  @Override
  public long flops(List<Shape> inputs) {
    return (inputs.size() - 1) * inputs.getFirst().size();
  }

  @Override
  public String toString() {
    return "add()";
  }
}

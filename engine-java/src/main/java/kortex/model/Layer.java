package kortex.model;

import java.util.List;
import java.util.Optional;
import kortex.graph.Tensor;
import kortex.tensor.Shape;

/**
 * One step of a network, as a value: it says what it needs and writes its part of the graph, and
 * keeps nothing. Shapes are those of one example, without the batch axis; tensors have it in front.
 * Open: a layer of one's own is a record that implements this. {@code toString} reads as the script
 * does.
 */
public interface Layer {
  /** The stem of default names: {@code conv} gives {@code conv1}, {@code conv2}, … */
  String kind();

  /**
   * The shape of the output. Throws {@link kortex.tensor.ShapeException} when the inputs do not
   * fit.
   */
  Shape output(List<Shape> inputs);

  /** The parameters, for inputs that fit. */
  default List<WeightSpec> weights(List<Shape> inputs) {
    return List.of();
  }

  /** The states, for inputs that fit. */
  default List<StateSpec> states(List<Shape> inputs) {
    return List.of();
  }

  /** The output for a batch of inputs. */
  Tensor forward(Forward context, List<Tensor> inputs);

  /** Floating-point operations for one example in inference; a multiply-add counts as two. */
  default long flops(List<Shape> inputs) {
    return output(inputs).size();
  }

  /**
   * The output's shape as far as it is known when the inputs do not fit, so that checking can go on
   * behind an error.
   */
  default Optional<Shape> outputWithoutInput() {
    return Optional.empty();
  }
}

package kortex.model;

import java.util.List;
import java.util.Optional;
import kortex.graph.Tensor;
import kortex.op.MatMul;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * A fully connected layer: {@code y = x·Wᵀ + b}, {@code [batch, in] → [batch, units]}. The weight
 * is {@code [units, in]}, as PyTorch stores it.
 *
 * @param units extent of the output, 1 or more
 * @param bias whether b is added
 * @param weightInitializer default glorotUniform
 * @param biasInitializer default zeros
 * @param regularizer penalty on the weight, default none
 */
public record Dense(
    int units,
    boolean bias,
    Initializer weightInitializer,
    Initializer biasInitializer,
    Optional<Regularizer> regularizer)
    implements Layer {
  /** Throws {@code SettingException} when there are no units. */
  public Dense {
    Check.atLeast(1, "units", units);
  }

  /** A dense layer with the defaults. */
  public static Dense of(int units) {
    return new Dense(
        units, true, Initializer.glorotUniform(), Initializer.zeros(), Optional.empty());
  }

  @Override
  public String kind() {
    return "dense";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    if (in.rank() != 1) {
      throw new ShapeException(
          "dense needs features [n], got " + in, "Put it into a flatten { } block.");
    }
    return Shape.of(units);
  }

  @Override
  public Optional<Shape> outputWithoutInput() {
    return Optional.of(Shape.of(units));
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape shape = Shape.of(units, inputs.getFirst().extent(0));
    WeightSpec weight = new WeightSpec("weight", shape, weightInitializer, regularizer);
    return bias
        ? List.of(weight, WeightSpec.of("bias", Shape.of(units), biasInitializer))
        : List.of(weight);
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor product = inputs.getFirst().apply(new MatMul(false, true), context.weight("weight"));
    return bias ? product.add(context.weight("bias")) : product;
  }

  @Override
  public long flops(List<Shape> inputs) {
    return units * (2 * inputs.getFirst().extent(0) + (bias ? 1 : 0));
  }

  @Override
  public String toString() {
    return "dense(" + units + (bias ? "" : ", bias = false") + ")";
  }
}

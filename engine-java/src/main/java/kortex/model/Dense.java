package kortex.model;

import java.util.List;
import java.util.Optional;
import kortex.graph.Tensor;
import kortex.op.MatMul;
import kortex.tensor.Shape;

/**
 * A fully connected layer: {@code y = x·Wᵀ + b}, {@code [batch, in] → [batch, units]}; of a
 * sequence the same at each step, {@code [batch, time, in] → [batch, time, units]}. The weight is
 * {@code [units, in]}, as PyTorch stores it.
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
    return Sequences.features(kind(), inputs).with(-1, units);
  }

  @Override
  public Optional<Shape> outputWithoutInput() {
    return Optional.of(Shape.of(units));
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape shape = Shape.of(units, inputs.getFirst().extent(-1));
    WeightSpec weight = new WeightSpec("weight", shape, weightInitializer, regularizer);
    return bias
        ? List.of(weight, WeightSpec.of("bias", Shape.of(units), biasInitializer))
        : List.of(weight);
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    // The steps of all examples are the rows of one product.
    Tensor rows = x.shape().rank() == 2 ? x : x.flatten(0, -2);
    Tensor product = rows.apply(new MatMul(false, true), context.weight("weight"));
    Tensor y = bias ? product.add(context.weight("bias")) : product;
    return x.shape().rank() == 2 ? y : y.reshape(x.shape().with(-1, units).toArray());
  }

  @Override
  public long flops(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    return output(inputs).size() * (2 * in.extent(-1) + (bias ? 1 : 0));
  }

  @Override
  public String toString() {
    return "dense(" + units + (bias ? "" : ", bias = false") + ")";
  }
}

package kortex.model;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import kortex.graph.Tensor;
import kortex.tensor.Shape;

/** An elementwise function of a layer's input, or a softmax over the last axis. */
public enum Activation implements Layer {
  /** {@code max(x, 0)}; its gradient at 0 is 0. */
  RELU(Activations::relu),
  /** The hyperbolic tangent. */
  TANH(Tensor::tanh),
  /** {@code 1 / (1 + e^−x)}. */
  SIGMOID(Tensor::sigmoid),
  /** {@code x · Φ(x)}, exact. */
  GELU(Activations::gelu),
  /** {@code x / (1 + e^−x)}. */
  SILU(Activations::silu),
  /** {@code e^x / Σ e^x} over the last axis. */
  SOFTMAX(Activations::softmax),
  /** {@code x − log Σ e^x} over the last axis. */
  LOG_SOFTMAX("logSoftmax", Activations::logSoftmax);

  private final String label;
  private final UnaryOperator<Tensor> function;

  Activation(UnaryOperator<Tensor> function) {
    this.label = name().toLowerCase(Locale.ROOT);
    this.function = function;
  }

  Activation(String label, UnaryOperator<Tensor> function) {
    this.label = label;
    this.function = function;
  }

  /** The function itself. */
  public Tensor of(Tensor x) {
    return function.apply(x);
  }

  @Override
  public String kind() {
    return label;
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return inputs.getFirst();
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    return of(inputs.getFirst());
  }

  @Override
  public String toString() {
    return kind() + "()";
  }
}

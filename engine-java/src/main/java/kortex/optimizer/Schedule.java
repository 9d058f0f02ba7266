package kortex.optimizer;

import kortex.graph.Tensor;
import kortex.tensor.TensorType;

/** The learning rate as a function of the step. Open. */
public interface Schedule {
  /** The rate (f32 scalar) of the update after {@code step} updates (f32 scalar, from 0). */
  Tensor at(Tensor step);

  /** The same schedule with all spans in steps, for a training of known length. */
  default Schedule over(Horizon horizon) {
    return this;
  }

  /** One rate for all steps. */
  static Schedule constant(double rate) {
    return new Constant(rate);
  }

  /** {@code number} as a scalar of the graph. */
  static Tensor scalar(double number) {
    return Tensor.full(TensorType.f32(), number);
  }
}

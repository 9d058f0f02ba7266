package kortex.optimizer;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.TensorType;

/**
 * How a parameter follows from its gradient, as graph. An optimizer is a value and keeps nothing:
 * what it remembers between steps it declares as {@link Slot}s, which the training step stores.
 */
public interface Optimizer {
  /** The learning rate. */
  Schedule rate();

  /** The same optimizer with another learning rate. */
  Optimizer withRate(Schedule rate);

  /** What is remembered for a parameter. */
  List<Slot> slots(TensorType parameter);

  /** The next value of a parameter and of its slots. */
  Update update(Application at);

  /** The gradients of all parameters, in whatever bounds are set. */
  default List<Tensor> clip(List<Tensor> gradients) {
    return gradients;
  }

  /** The same optimizer on bounded gradients. */
  default Optimizer clipped(Clip clip) {
    return new Clipped(this, clip);
  }

  /**
   * A value remembered for one parameter.
   *
   * @param name such as {@code momentum}
   * @param type element type and shape
   * @param initial the number it starts from
   */
  record Slot(String name, TensorType type, double initial) {}

  /**
   * One update of one parameter.
   *
   * @param parameter its value
   * @param gradient the gradient of the loss, of the same type
   * @param slots the remembered values, in the order of {@link #slots}
   * @param rate the learning rate, a scalar of the parameter's element type
   * @param step the number of this update, i64 scalar, from 1
   */
  record Application(
      Tensor parameter, Tensor gradient, List<Tensor> slots, Tensor rate, Tensor step) {}

  /** The next values of the parameter and of its slots. */
  record Update(Tensor parameter, List<Tensor> slots) {}
}

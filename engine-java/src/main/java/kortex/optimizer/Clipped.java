package kortex.optimizer;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.TensorType;

/** An optimizer that sees bounded gradients. */
record Clipped(Optimizer inner, Clip bound) implements Optimizer {
  @Override
  public Schedule rate() {
    return inner.rate();
  }

  @Override
  public Optimizer withRate(Schedule rate) {
    return new Clipped(inner.withRate(rate), bound);
  }

  @Override
  public List<Slot> slots(TensorType parameter) {
    return inner.slots(parameter);
  }

  @Override
  public Update update(Application at) {
    return inner.update(at);
  }

  @Override
  public List<Tensor> clip(List<Tensor> gradients) {
    return inner.clip(bound.apply(gradients));
  }
}

package kortex.optimizer;

import kortex.graph.Tensor;

/** {@code rate}, above 0, at every step. */
public record Constant(double rate) implements Schedule {
  /** Throws {@code SettingException} when the rate is out of range. */
  public Constant {
    Check.positive("learning rate", rate);
  }

  @Override
  public Tensor at(Tensor step) {
    return Schedule.scalar(rate);
  }

  @Override
  public String toString() {
    return Double.toString(rate);
  }
}

package kortex.optimizer;

import kortex.graph.Tensor;

/**
 * A linear rise before another schedule: step t of the first {@code length} steps has {@code (t +
 * 1) / length} of the first rate of {@code then}, which starts afterwards (Goyal et al., "Accurate,
 * large minibatch SGD", 2017).
 */
public record Warmup(Schedule then, Span length) implements Schedule {
  @Override
  public Schedule over(Horizon horizon) {
    Span steps = length.over(horizon);
    long rest = Math.max(1, horizon.totalSteps() - steps.steps());
    return new Warmup(then.over(new Horizon(horizon.stepsPerEpoch(), rest)), steps);
  }

  @Override
  public Tensor at(Tensor step) {
    long steps = length.steps();
    if (steps == 0) {
      return then.at(step);
    }
    Tensor rest = step.sub(steps).max(Schedule.scalar(0));
    Tensor factor = step.add(1).div(steps).min(Schedule.scalar(1));
    return then.at(rest).mul(factor);
  }

  @Override
  public String toString() {
    return "warmup(" + then + ", " + length + ")";
  }
}

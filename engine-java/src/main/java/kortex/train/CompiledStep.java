package kortex.train;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.session.Explanation;
import kortex.session.Step;

/**
 * An update compiled for one shape of batch. It reads the storages that its pass was built from:
 * write the next batch there before each run.
 */
public final class CompiledStep {
  private static final int LOSS = 0;
  private static final int RATE = 1;
  private static final int NUMBER = 2;
  private static final int FIRST_OUTPUT = 3;

  private final Step step;

  CompiledStep(Step step) {
    this.step = step;
  }

  /** What runs in an update, in what order and in how much memory. */
  public Explanation explain() {
    return step.explain();
  }

  /**
   * Makes some updates, and returns how many milliseconds one spent in each step of {@link
   * #explain}, in order.
   */
  public List<Double> profile(int runs) {
    return step.profile(runs);
  }

  /** Makes one update. */
  public StepResult run() {
    step.run();
    return result(step);
  }

  /** What the last run of a step gave. */
  static StepResult result(Step step) {
    return new StepResult((long) step.scalar(NUMBER), step.scalar(LOSS), step.scalar(RATE));
  }

  /** Copies output number {@code output} of the pass, as the last run computed it. */
  public void read(int output, MemorySegment destination) {
    step.read(FIRST_OUTPUT + output, destination);
  }
}

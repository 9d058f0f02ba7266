package kortex.train;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kortex.graph.Storage;
import kortex.session.Explanation;
import kortex.session.Runs;
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

  /**
   * Makes some updates in one call.
   *
   * @param times at least 1
   * @param batches for storages that the pass was built from, others with {@code times} batches one
   *     behind the other: update {@code n} reads batch {@code n}
   */
  public Updates run(int times, Map<Storage, Storage> batches) {
    Runs runs = step.run(times, batches);
    double[] losses = runs.scalars(LOSS);
    double[] rates = runs.scalars(RATE);
    double[] numbers = runs.scalars(NUMBER);
    List<StepResult> results = new ArrayList<>(times);
    for (int n = 0; n < times; n++) {
      results.add(new StepResult((long) numbers[n], losses[n], rates[n]));
    }
    return new Updates(results, runs);
  }

  /** What several updates gave; what they computed can be read until the next call. */
  public static final class Updates {
    private final List<StepResult> results;
    private final Runs runs;

    private Updates(List<StepResult> results, Runs runs) {
      this.results = List.copyOf(results);
      this.runs = runs;
    }

    /** The result of each update. */
    public List<StepResult> results() {
      return results;
    }

    /** Copies output number {@code output} of the pass, as update {@code update} computed it. */
    public void read(int update, int output, MemorySegment destination) {
      runs.read(FIRST_OUTPUT + output, update, destination);
    }
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

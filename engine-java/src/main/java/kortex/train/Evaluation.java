package kortex.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kortex.data.Batches;
import kortex.data.Dataset;
import kortex.graph.Tensor;
import kortex.model.Loss;
import kortex.model.Metric;
import kortex.model.Network;
import kortex.session.Session;
import kortex.session.Step;

/**
 * A network measured on a whole dataset, in the inference phase. Compiled once, run after every
 * epoch; exact whatever the size of the batches.
 */
public final class Evaluation {
  private final Dataset data;
  private final List<Metric> metrics;
  private final Batches batches;
  private final Map<Integer, Sized> compiled = new HashMap<>();

  private record Sized(Feed feed, Step step) {}

  private Evaluation(Dataset data, List<Metric> metrics, int batchSize) {
    this.data = data;
    this.metrics = List.copyOf(metrics);
    this.batches = Batches.inOrder(data.size(), Math.min(batchSize, data.size()));
  }

  /**
   * Compiles the measurement of a network on some data. Throws a {@code ShapeException} or {@code
   * DataException} when they do not fit.
   */
  public static Evaluation of(
      Session session,
      Network network,
      Dataset data,
      Loss loss,
      List<Metric> metrics,
      int batchSize) {
    FitCheck.data("the data", network, data);
    Evaluation evaluation = new Evaluation(data, metrics, batchSize);
    for (Batches.Range range : evaluation.batches.ranges()) {
      evaluation.compiled.computeIfAbsent(
          range.count(), size -> evaluation.compile(session, network, loss, size));
    }
    return evaluation;
  }

  private Sized compile(Session session, Network network, Loss loss, int size) {
    Feed feed = new Feed(data, size, metrics);
    Pass pass = feed.pass(network, loss);
    List<Tensor> outputs = new ArrayList<>(List.of(pass.loss()));
    outputs.addAll(pass.outputs());
    return new Sized(feed, session.compile(outputs, List.of()));
  }

  /** Measures the network as it is now. */
  public Scores run() {
    ScoreSum sum = new ScoreSum(metrics);
    int[] order = batches.order(0);
    for (Batches.Range range : batches.ranges()) {
      Sized sized = compiled.get(range.count());
      if (sized != null) {
        sized.feed().fill(order, range);
        sized.step().run();
        sum.addLoss(sized.step().scalar(0), range.count());
        sized.feed().collect((i, to) -> sized.step().read(i + 1, to), sum);
      }
    }
    return sum.scores();
  }
}

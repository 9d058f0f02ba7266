package kortex.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kortex.data.Batches;
import kortex.data.Dataset;
import kortex.graph.Tensor;
import kortex.model.Loss;
import kortex.model.Metric;
import kortex.model.Network;
import kortex.session.Precision;
import kortex.session.Runs;
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

  private final Pace pace = new Pace();

  private record Sized(Feed feed, Feed.Staged staged, Step step) {}

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
    return of(session, network, data, loss, metrics, batchSize, Precision.F32);
  }

  /** The same with products in another precision. */
  public static Evaluation of(
      Session session,
      Network network,
      Dataset data,
      Loss loss,
      List<Metric> metrics,
      int batchSize,
      Precision precision) {
    FitCheck.data("the data", network, data);
    Evaluation evaluation = new Evaluation(data, metrics, batchSize);
    for (Batches.Range range : evaluation.batches.ranges()) {
      evaluation.compiled.computeIfAbsent(
          range.count(), size -> evaluation.compile(session, network, loss, size, precision));
    }
    return evaluation;
  }

  private Sized compile(
      Session session, Network network, Loss loss, int size, Precision precision) {
    Feed feed = new Feed(data, size, batches.ofSize(size), metrics);
    Pass pass = feed.pass(network, loss);
    List<Tensor> outputs = new ArrayList<>(List.of(pass.loss()));
    outputs.addAll(pass.outputs());
    return new Sized(feed, feed.stage(), session.compile(outputs, List.of(), precision));
  }

  /** Measures the network as it is now. */
  public Scores run() {
    ScoreSum sum = new ScoreSum(metrics);
    int[] order = batches.order(0);
    int batch = 0;
    while (batch < batches.count()) {
      Batches.Range first = batches.range(batch);
      Sized sized = Objects.requireNonNull(compiled.get(first.count()));
      int count = batches.alike(batch, Math.min(sized.feed().most(), pace.updates()));
      long start = System.nanoTime();
      measure(sized, order, first, count, sum);
      pace.took(count, System.nanoTime() - start);
      batch += count;
    }
    return sum.scores();
  }

  private static void measure(
      Sized sized, int[] order, Batches.Range first, int count, ScoreSum sum) {
    Feed feed = sized.feed();
    feed.gather(order, first, count, sized.staged());
    feed.put(sized.staged());
    Runs runs = sized.step().run(count, feed.slices());
    double[] losses = runs.scalars(0);
    for (int i = 0; i < count; i++) {
      int run = i;
      sum.addLoss(losses[run], feed.size());
      feed.collect((output, to) -> runs.read(output + 1, run, to), sum);
    }
  }
}

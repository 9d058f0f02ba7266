package kortex.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import kortex.data.Table;
import kortex.graph.Tensor;
import kortex.model.Accuracy;
import kortex.model.Activation;
import kortex.model.Add;
import kortex.model.BatchNorm;
import kortex.model.Conv2d;
import kortex.model.CrossEntropy;
import kortex.model.Dense;
import kortex.model.Dropout;
import kortex.model.Flatten;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.MaxPool2d;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Padding;
import kortex.model.Site;
import kortex.model.Size2d;
import kortex.optimizer.AdamW;
import kortex.optimizer.Clip;
import kortex.optimizer.Cosine;
import kortex.optimizer.Moments;
import kortex.optimizer.Schedule;
import kortex.optimizer.Span;
import kortex.session.Session;
import org.junit.jupiter.api.Test;

/** A convolutional network with everything in it, on real images. */
class DigitsTest {
  private static int chain(NetworkSpec.Builder builder, int from, Layer... layers) {
    int at = from;
    for (Layer layer : layers) {
      at = builder.add(layer, List.of(at), Site.NONE);
    }
    return at;
  }

  private static Conv2d conv(boolean bias) {
    Conv2d c = Conv2d.of(16, 3).moving(Size2d.of(1), Padding.SAME);
    return new Conv2d(
        c.filters(),
        c.kernel(),
        c.stride(),
        c.padding(),
        c.dilation(),
        c.groups(),
        bias,
        c.weightInitializer(),
        c.biasInitializer(),
        c.regularizer());
  }

  private static Network network() {
    return network(true);
  }

  private static Network network(boolean bias) {
    var b = NetworkSpec.builder(Input.image(1, 8, 8));
    int stem = chain(b, -1, conv(bias), BatchNorm.of(), Activation.RELU);
    int merged =
        b.scope(
            "residual",
            () -> {
              int body = chain(b, stem, conv(bias), BatchNorm.of(), Activation.RELU);
              return b.add(new Add(), List.of(body, stem), Site.NONE);
            });
    int pooled = chain(b, merged, MaxPool2d.of(2), new Flatten());
    Layer[] head = {Dense.of(64), Activation.RELU, new Dropout(0.2), Dense.of(10)};
    return Network.of(b.build(chain(b, pooled, head)), 1);
  }

  @Test
  void learnsDigits() {
    var split =
        Table.readCsv(Path.of("../scripts/examples/data/digits.csv"))
            .image(1, 8, 8, 1 / 16.0)
            .labels("digit")
            .split(0.8, 7);
    var rate = new Cosine(3e-3, Optional.empty(), Span.steps(10), 0);
    var optimizer = new AdamW(rate, Moments.DEFAULT, 0.01).clipped(new Clip.GlobalNorm(1));
    var settings =
        TrainSettings.builder(new CrossEntropy(0.05), optimizer)
            .epochs(5)
            .batchSize(64)
            .validation(split.test())
            .metric(new Accuracy())
            .build();
    History history = Trainer.fit(Session.shared(), network(), split.train(), settings);
    double accuracy =
        Objects.requireNonNull(history.last().validation().orElseThrow().metrics().get("accuracy"));
    assertTrue(accuracy > 0.95, history.toString());
  }

  /** Twenty steps with dropout, label smoothing, decay and clipping. */
  private static Run twentySteps(Session session, Network network) {
    var data =
        Table.readCsv(Path.of("../scripts/examples/data/digits.csv"))
            .image(1, 8, 8, 1 / 16.0)
            .labels("digit");
    var optimizer =
        new AdamW(Schedule.constant(1e-3), Moments.DEFAULT, 0.01).clipped(new Clip.GlobalNorm(1));
    var settings =
        TrainSettings.builder(new CrossEntropy(0.05), optimizer)
            .epochs(1)
            .batchSize(32)
            .keepStepLosses(true)
            .build();
    History history = Trainer.fit(session, network, data.slice(0, 640), settings);
    Map<String, float[]> weights = new TreeMap<>();
    network.state().forEach((name, s) -> weights.put(name, Tensor.of(s).toFloatArray()));
    return new Run(history.stepLosses(), weights);
  }

  private record Run(List<Double> losses, Map<String, float[]> weights) {}

  @Test
  void sameSeedGivesTheSameBits() {
    Run first = twentySteps(Session.shared(), network());
    Run second = twentySteps(Session.shared(), network());
    assertEquals(20, first.losses().size());
    assertEquals(first.losses(), second.losses());
    first.weights().forEach((name, w) -> assertArrayEquals(w, second.weights().get(name), name));
  }

  @Test
  void referenceAndCpuAgreeAfterTwentySteps() {
    assertEquals(20, agreeOnLosses(true).cpu().losses().size());
  }

  /**
   * Weights are compared without biases before a normalisation, which takes them away again: their
   * gradients are rounding noise, which AdamW blows up to steps of full size, different on every
   * backend. The losses do not see them.
   */
  @Test
  void referenceAndCpuAgreeOnWeightsAfterTwentySteps() {
    Runs runs = agreeOnLosses(false);
    runs.reference()
        .weights()
        .forEach((name, expected) -> {
          float[] actual = Objects.requireNonNull(runs.cpu().weights().get(name));
          double scale = norm(expected, new float[expected.length]);
          assertEquals(0, norm(expected, actual) / Math.max(scale, 1e-3), 1e-4, name);
        });
  }

  private record Runs(Run cpu, Run reference) {}

  private static Runs agreeOnLosses(boolean bias) {
    Run cpu = twentySteps(Session.open("cpu"), network(bias));
    Run reference = twentySteps(Session.open("reference"), network(bias));
    for (int i = 0; i < 20; i++) {
      double expected = reference.losses().get(i);
      assertEquals(expected, cpu.losses().get(i), 1e-4 * expected, "loss of step " + i);
    }
    return new Runs(cpu, reference);
  }

  private static double norm(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}

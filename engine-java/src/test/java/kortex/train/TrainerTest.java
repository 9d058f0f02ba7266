package kortex.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import kortex.data.Dataset;
import kortex.data.Table;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.model.Accuracy;
import kortex.model.Activation;
import kortex.model.BatchNorm;
import kortex.model.ConfusionMatrix;
import kortex.model.Dense;
import kortex.model.Dropout;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.Loss;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Site;
import kortex.optimizer.Adam;
import kortex.optimizer.AdamW;
import kortex.optimizer.Cosine;
import kortex.optimizer.Moments;
import kortex.optimizer.Sgd;
import kortex.optimizer.Span;
import kortex.session.Session;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;
import kortex.tensor.ShapeException;
import kortex.tensor.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final Dataset.Split IRIS =
      Table.readCsv(Path.of("../scripts/examples/data/iris.csv"))
          .features()
          .labels("species")
          .splitStratified(0.8, 1)
          .standardize();

  @TempDir Path folder;

  private static Network network(List<Layer> layers) {
    var builder = NetworkSpec.builder(Input.features(4));
    int at = -1;
    for (Layer layer : layers) {
      at = builder.add(layer, List.of(at), Site.NONE);
    }
    return Network.of(builder.build(at), 42);
  }

  private static Network network() {
    return network(
        List.of(Dense.of(12), BatchNorm.of(), Activation.RELU, new Dropout(0.1), Dense.of(3)));
  }

  private static TrainSettings.Builder settings() {
    var rate = new Cosine(0.02, Optional.empty(), Span.steps(5), 0);
    return TrainSettings.builder(Loss.crossEntropy(), new AdamW(rate, Moments.DEFAULT, 0.01))
        .batchSize(32)
        .epochs(20)
        .seed(3)
        .validation(IRIS.test())
        .metric(new Accuracy())
        .metric(new ConfusionMatrix());
  }

  private static History fit(Network network, TrainSettings settings) {
    return Trainer.fit(Session.shared(), network, IRIS.train(), settings);
  }

  @Test
  void learnsIris() {
    Network network = network();
    List<String> events = new ArrayList<>();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void started(TrainSettings settings, int batches, int examples) {
            events.add("started " + batches + " " + examples);
          }

          @Override
          public void finished(History history) {
            events.add("finished");
          }
        };
    History history = fit(network, settings().listener(listener).keepStepLosses(true).build());
    Scores scores = history.last().validation().orElseThrow();
    assertTrue(Objects.requireNonNull(scores.metrics().get("accuracy")) >= 0.9, history.toString());
    assertEquals(
        30,
        Objects.requireNonNull(scores.totals().get("balancedAccuracy")).stream()
            .mapToDouble(d -> d)
            .sum());
    assertEquals(20, history.epochs().size());
    assertEquals(80, history.stepLosses().size());
    assertEquals(80, history.last().step());
    assertEquals(List.of("started 4 120", "finished"), events);
    Scores again =
        Evaluation.of(
                Session.shared(),
                network,
                IRIS.test(),
                Loss.crossEntropy(),
                List.of(new Accuracy()),
                7)
            .run();
    assertEquals(scores.loss(), again.loss(), 1e-6);
    assertEquals(
        Objects.requireNonNull(scores.metrics().get("accuracy")), again.metrics().get("accuracy"));
  }

  @Test
  void equalSeedsGiveEqualBits() {
    Network a = network();
    Network b = network();
    TrainSettings settings = settings().epochs(3).keepStepLosses(true).build();
    assertEquals(fit(a, settings).stepLosses(), fit(b, settings).stepLosses());
    for (Variable p : a.parameters()) {
      assertArrayEquals(p.toFloatArray(), b.parameter(p.name()).toFloatArray());
    }
    TrainSettings other = settings().epochs(3).seed(4).keepStepLosses(true).build();
    assertNotEquals(fit(network(), settings).stepLosses(), fit(network(), other).stepLosses());
  }

  @Test
  void runningStatisticsMoveInTrainingOnly() {
    Network network = network();
    float[] before =
        Tensor.of(Objects.requireNonNull(network.state().get("batchNorm1/mean"))).toFloatArray();
    network.call(Tensor.of(new float[8], 2, 4)).compute();
    assertArrayEquals(
        before,
        Tensor.of(Objects.requireNonNull(network.state().get("batchNorm1/mean"))).toFloatArray());
    fit(network, settings().epochs(1).build());
    assertFalse(
        java.util.Arrays.equals(
            before,
            Tensor.of(Objects.requireNonNull(network.state().get("batchNorm1/mean")))
                .toFloatArray()));
  }

  @Test
  void earlyStoppingRestoresTheBestEpoch() {
    Network network = network();
    var wild = TrainSettings.builder(Loss.crossEntropy(), Sgd.of(3.0));
    TrainSettings settings =
        wild.validation(IRIS.test())
            .epochs(50)
            .earlyStopping(EarlyStopping.of(3))
            .metric(new Accuracy())
            .build();
    History history = fit(network, settings);
    assertTrue(history.epochs().size() < 50, history.toString());
    assertEquals(history.best().epoch() + 3, history.last().epoch());
    Scores now =
        Evaluation.of(Session.shared(), network, IRIS.test(), Loss.crossEntropy(), List.of(), 32)
            .run();
    assertEquals(history.best().validation().orElseThrow().loss(), now.loss(), 1e-6);
  }

  @Test
  void earlyStoppingChecksWhatItWatches() {
    var noData = TrainSettings.builder(Loss.crossEntropy(), Adam.of(1e-3));
    var settings = noData.earlyStopping(EarlyStopping.of(3)).build();
    assertThrows(SettingException.class, () -> fit(network(), settings));
    var noMetric =
        settings()
            .earlyStopping(new EarlyStopping(Monitor.validationMetric("f1"), 3, 0, true))
            .build();
    var error = assertThrows(SettingException.class, () -> fit(network(), noMetric));
    assertTrue(error.what().contains("[accuracy, balancedAccuracy]"), error.what());
  }

  @Test
  void checkpointLoadsBackAndResumesExactly() {
    Path file = folder.resolve("iris.safetensors");
    var first =
        TrainSettings.builder(Loss.crossEntropy(), AdamW.of(1e-3))
            .batchSize(32)
            .seed(3)
            .keepStepLosses(true);
    Network half = network();
    History start = fit(half, first.epochs(2).checkpoint(file).build());
    Network loaded = network();
    var metadata = Checkpoint.load(file, loaded);
    assertEquals(Integer.toString(start.best().epoch()), metadata.get("epoch"));
    assertEquals(2, start.best().epoch());
    assertArrayEquals(
        half.parameter("dense2/weight").toFloatArray(),
        loaded.parameter("dense2/weight").toFloatArray());

    var rest = TrainSettings.builder(Loss.crossEntropy(), AdamW.of(1e-3)).batchSize(32).seed(3);
    Network resumed = network();
    History after = fit(resumed, rest.epochs(4).keepStepLosses(true).resume(file).build());
    var whole = TrainSettings.builder(Loss.crossEntropy(), AdamW.of(1e-3)).batchSize(32).seed(3);
    History all = fit(network(), whole.epochs(4).keepStepLosses(true).build());
    assertEquals(all.stepLosses().subList(8, 16), after.stepLosses());
  }

  @Test
  void unwritableCheckpointIsFoundBeforeTraining() throws IOException {
    Path missing = folder.resolve("no/such/best.safetensors");
    var settings = settings().checkpoint(missing).callback(failing()).build();
    assertThrows(StorageException.class, () -> fit(network(), settings));
    Path directory = Files.createDirectory(folder.resolve("best"));
    var onto = settings().checkpoint(directory).callback(failing()).build();
    assertThrows(StorageException.class, () -> fit(network(), onto));
  }

  private static Callback failing() {
    return new Callback() {
      @Override
      public Verdict step(StepEvent event) {
        throw new AssertionError("a step was made");
      }
    };
  }

  @Test
  void nanLossNamesEpochAndStep() {
    var settings = TrainSettings.builder(Loss.crossEntropy(), Sgd.of(1e30)).epochs(5).build();
    var error = assertThrows(TrainingException.class, () -> fit(network(), settings));
    assertTrue(error.what().contains("epoch 1, step "), error.what());
    assertTrue(error.remedy().contains("learning rate"), error.remedy());
    assertEquals("TrainingError", error.title());
  }

  @Test
  void deadParametersAreNamed() {
    Network network = network();
    TrainStep step = TrainStep.of(Session.shared(), network, Adam.of(1e-3), 1);
    var error =
        assertThrows(
            TrainingException.class,
            () -> step.run(() -> network.parameter("dense1/weight").square().sum()));
    assertTrue(error.what().contains("dense1/bias, batchNorm1/scale"), error.what());
  }

  @Test
  void callbacksCanStop() {
    Callback stop =
        new Callback() {
          @Override
          public Verdict step(StepEvent event) {
            return event.result().step() == 6 ? Verdict.STOP : Verdict.CONTINUE;
          }
        };
    History history = fit(network(), settings().callback(stop).build());
    assertEquals(6, history.last().step());
    assertEquals("stopped by a callback", history.end());
  }

  @Test
  void dataThatDoNotFitAreRefused() {
    Network two = network(List.of(Dense.of(2)));
    var error = assertThrows(DataException.class, () -> fit(two, settings().build()));
    assertTrue(error.what().contains("3 classes (setosa, versicolor, virginica)"), error.what());
    Dataset wide = Dataset.of(new float[][] {{1, 2}, {3, 4}}, new int[] {0, 1});
    assertThrows(
        ShapeException.class,
        () -> Trainer.fit(Session.shared(), network(), wide, settings().build()));
  }
}

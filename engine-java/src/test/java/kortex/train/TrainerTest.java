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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import kortex.data.Batches;
import kortex.data.Dataset;
import kortex.data.Table;
import kortex.data.Targets;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.model.Accuracy;
import kortex.model.Activation;
import kortex.model.BatchNorm;
import kortex.model.ConfusionMatrix;
import kortex.model.Conv2d;
import kortex.model.Dense;
import kortex.model.Dropout;
import kortex.model.Flatten;
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
import kortex.tensor.Shape;
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

  /** Images of 6 × 6 with a bright half. */
  private static Dataset images(int count) {
    float[] pixels = new float[count * 36];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 2;
      for (int p = 0; p < 36; p++) {
        pixels[i * 36 + p] = (float) Math.sin(i * 37 + p) + (p / 18 == labels[i] ? 1 : 0);
      }
    }
    return Dataset.of(Shape.of(1, 6, 6), pixels, Targets.Classes.of(labels));
  }

  private static Network convolutional() {
    var builder = NetworkSpec.builder(Input.image(1, 6, 6));
    int at = builder.add(Conv2d.of(4, 3), List.of(-1), Site.NONE);
    at = builder.add(Activation.RELU, List.of(at), Site.NONE);
    at = builder.add(new Flatten(), List.of(at), Site.NONE);
    at = builder.add(Dense.of(2), List.of(at), Site.NONE);
    return Network.of(builder.build(at), 1);
  }

  private static TrainSettings.Builder convolutionalSettings() {
    return TrainSettings.builder(Loss.crossEntropy(), Sgd.of(0.05))
        .batchSize(4)
        .epochs(30)
        .metric(new Accuracy())
        .keepStepLosses(true);
  }

  /** What a training gave that makes several steps in a call whenever {@code callback} lets it. */
  private static History watched(Network network, Callback callback) {
    TrainSettings settings = convolutionalSettings().callback(callback).build();
    return Trainer.fit(Session.shared(), network, images(41), settings);
  }

  private static Callback needing(LongUnaryOperator nextStep, Consumer<StepEvent> see) {
    return new Callback() {
      @Override
      public long nextStep(long done) {
        return nextStep.applyAsLong(done);
      }

      @Override
      public Verdict step(StepEvent event) {
        see.accept(event);
        return Verdict.CONTINUE;
      }
    };
  }

  @Test
  void severalStepsInACallChangeNothing() {
    Network single = convolutional();
    History one = watched(single, needing(done -> done + 1, event -> {}));
    Network several = convolutional();
    List<String> seen = new ArrayList<>();
    History many =
        watched(
            several,
            needing(
                done -> Long.MAX_VALUE,
                e -> seen.add(e.epoch() + "/" + e.batch() + "/" + e.result().step())));
    assertEquals(one.stepLosses(), many.stepLosses());
    assertEquals(one.last().train(), many.last().train());
    assertTrue(one.last().train().loss() < one.epochs().getFirst().train().loss() / 2);
    for (Variable p : single.parameters()) {
      assertArrayEquals(p.toFloatArray(), several.parameter(p.name()).toFloatArray());
    }
    assertEquals(30 * 11, seen.size());
    assertEquals("30/11/330", seen.getLast());
    assertEquals("2/3/14", seen.get(13));
  }

  @Test
  void aCallbackSeesTheParametersOfTheStepItNeeds() {
    Map<Long, List<Float>> single = new HashMap<>();
    Network first = convolutional();
    watched(first, needing(done -> done + 1, e -> single.put(e.result().step(), bias(first))));
    Map<Long, List<Float>> seventh = new HashMap<>();
    Network second = convolutional();
    watched(
        second,
        needing(
            done -> (done / 7 + 1) * 7,
            e -> {
              if (e.result().step() % 7 == 0) {
                seventh.put(e.result().step(), bias(second));
              }
            }));
    assertEquals(47, seventh.size());
    seventh.forEach((step, bias) -> assertEquals(single.get(step), bias, "step " + step));
  }

  private static List<Float> bias(Network network) {
    List<Float> out = new ArrayList<>();
    for (float f : network.parameter("dense1/bias").toFloatArray()) {
      out.add(f);
    }
    return out;
  }

  @Test
  void largeBatchesAreCollectedAhead() {
    int width = 20_000;
    float[][] rows = new float[10][width];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = i % 2;
      for (int j = 0; j < width; j++) {
        rows[i][j] = (float) Math.cos(i * 31 + j) * 0.01f;
      }
    }
    Dataset data = Dataset.of(rows, labels);
    var settings =
        TrainSettings.builder(Loss.crossEntropy(), Sgd.of(0.1))
            .batchSize(4)
            .epochs(2)
            .seed(5)
            .keepStepLosses(true)
            .build();
    var builder = NetworkSpec.builder(Input.features(width));
    NetworkSpec spec = builder.build(builder.add(Dense.of(2), List.of(-1), Site.NONE));
    List<Double> losses =
        Trainer.fit(Session.shared(), Network.of(spec, 1), data, settings).stepLosses();

    Network byHand = Network.of(spec, 1);
    TrainStep step = TrainStep.of(Session.shared(), byHand, Sgd.of(0.1), 5);
    Batches batches = Batches.shuffled(10, 4, 5);
    List<Double> expected = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      int[] order = batches.order(epoch);
      for (Batches.Range range : batches.ranges()) {
        Tensor x = Tensor.of(stacked(rows, order, range), range.count(), width);
        Tensor y = Tensor.of(stacked(labels, order, range), range.count());
        expected.add(step.run(() -> Loss.crossEntropy().of(byHand.call(x), y)).loss());
      }
    }
    assertEquals(6, losses.size());
    for (int i = 0; i < losses.size(); i++) {
      assertEquals(expected.get(i), losses.get(i), 1e-5);
    }
  }

  private static float[] stacked(float[][] rows, int[] order, Batches.Range range) {
    float[] out = new float[range.count() * rows[0].length];
    for (int i = 0; i < range.count(); i++) {
      float[] row = rows[order[range.from() + i]];
      System.arraycopy(row, 0, out, i * row.length, row.length);
    }
    return out;
  }

  private static int[] stacked(int[] labels, int[] order, Batches.Range range) {
    int[] out = new int[range.count()];
    for (int i = 0; i < out.length; i++) {
      out[i] = labels[order[range.from() + i]];
    }
    return out;
  }
}

package kortex.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.backend.reference.ReferenceBackend;
import kortex.data.Dataset;
import kortex.graph.Tensor;
import kortex.io.Safetensors;
import kortex.model.Activation;
import kortex.model.Dense;
import kortex.model.Embedding;
import kortex.model.Golden;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.LayerNode;
import kortex.model.LayerNorm;
import kortex.model.Loss;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Positions;
import kortex.model.Site;
import kortex.model.TransformerBlock;
import kortex.optimizer.Adam;
import kortex.optimizer.AdamW;
import kortex.optimizer.Moments;
import kortex.optimizer.Optimizer;
import kortex.optimizer.Schedule;
import kortex.session.Precision;
import kortex.session.Session;
import kortex.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trainings with products in bf16 against PyTorch's autocast, and what is left of them in a
 * checkpoint. Numbers from make_precision.py.
 */
class PrecisionGoldenTest {
  private static final Golden GOLDEN = Golden.load("precision");
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());

  @TempDir Path folder;

  private static Network network(Input input, List<Layer> layers) {
    var builder = NetworkSpec.builder(input);
    int at = LayerNode.NETWORK_INPUT;
    for (Layer layer : layers) {
      at = builder.add(layer, List.of(at), Site.NONE);
    }
    return Network.of(builder.build(at), 1);
  }

  private static Network perceptron() {
    return network(
        Input.features(64),
        List.of(Dense.of(128), Activation.RELU, Dense.of(128), Activation.RELU, Dense.of(64)));
  }

  private static Network transformer() {
    var builder = NetworkSpec.builder(Input.tokens(32, 24));
    int first =
        builder.add(
            Embedding.of(24, 64),
            List.of(LayerNode.NETWORK_INPUT),
            Site.NONE,
            Optional.of("embedding"));
    Dense dense = Dense.of(24);
    Layer head =
        new Dense(24, false, dense.weightInitializer(), dense.biasInitializer(), Optional.empty());
    int last =
        builder.named(
            "embedding",
            () -> {
              int at = first;
              for (Layer layer :
                  List.of(Positions.of(), TransformerBlock.of(2, true), LayerNorm.of(), head)) {
                at = builder.add(layer, List.of(at), Site.NONE);
              }
              return at;
            });
    return Network.of(builder.build(last), 1);
  }

  private static List<Double> losses(
      Session session, String name, Network network, Optimizer optimizer, Precision precision) {
    network.load(GOLDEN.under(name + "/start/"));
    Tensor x = GOLDEN.tensor(name + "/x");
    Tensor y = GOLDEN.tensor(name + "/y");
    TrainStep step = TrainStep.of(session, network, optimizer, 1);
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < GOLDEN.floats(name + "/bf16").length; i++) {
      out.add(step.run(() -> Loss.crossEntropy().of(network.call(x), y), precision).loss());
    }
    return out;
  }

  /** Losses of both precisions; those of bf16 are as near to PyTorch's as its two to each other. */
  private static void agrees(String name, Network network, Optimizer optimizer, double tolerance) {
    for (Session session : List.of(INTERPRETER, Session.shared())) {
      List<Double> exact = losses(session, name, network, optimizer, Precision.F32);
      List<Double> rounded = losses(session, name, network, optimizer, Precision.BF16);
      boolean runs = session.backend().lacksBf16().isEmpty();
      for (int i = 0; i < exact.size(); i++) {
        String what = session.backend().name() + ", loss " + i;
        assertEquals(GOLDEN.floats(name + "/f32")[i], exact.get(i), 5e-5, what);
        assertEquals(GOLDEN.floats(name + "/bf16")[i], rounded.get(i), tolerance, what);
        assertTrue(!runs || !exact.get(i).equals(rounded.get(i)), what);
      }
    }
  }

  @Test
  void perceptronAsPyTorchsAutocast() {
    agrees("mlp", perceptron(), Adam.of(2e-3), 2e-3);
  }

  @Test
  void transformerAsPyTorchsAutocast() {
    agrees("gpt", transformer(), new AdamW(Schedule.constant(1e-3), Moments.DEFAULT, 0.1), 1e-3);
  }

  private static Dataset data() {
    float[][] inputs = new float[40][6];
    int[] labels = new int[40];
    for (int i = 0; i < inputs.length; i++) {
      for (int k = 0; k < 6; k++) {
        inputs[i][k] = (float) Math.sin(i * 7 + k * 3);
      }
      labels[i] = i % 3;
    }
    return Dataset.of(inputs, labels);
  }

  private static Network small() {
    return network(Input.features(6), List.of(Dense.of(8), Activation.TANH, Dense.of(3)));
  }

  private static TrainSettings.Builder settings(int epochs, Precision precision) {
    return TrainSettings.builder(Loss.crossEntropy(), Adam.of(1e-2))
        .epochs(epochs)
        .validation(data())
        .keepStepLosses(true)
        .precision(precision);
  }

  @Test
  void checkpointsAreF32AndGoOnInEitherPrecision() {
    Path file = folder.resolve("best.safetensors");
    Network network = small();
    History rounded =
        Trainer.fit(
            INTERPRETER, network, data(), settings(3, Precision.BF16).checkpoint(file).build());
    History exact = Trainer.fit(INTERPRETER, small(), data(), settings(3, Precision.F32).build());
    assertNotEquals(exact.stepLosses(), rounded.stepLosses());
    assertEquals(exact.last().train().loss(), rounded.last().train().loss(), 5e-3);
    Safetensors.read(file, Arena.ofAuto())
        .tensors()
        .forEach((name, tensor) -> {
          boolean count = name.equals("optimizer/step") || name.equals("optimizer/key");
          assertEquals(count ? DType.I64 : DType.F32, tensor.type().dtype(), name);
        });
    for (Precision precision : Precision.values()) {
      History more =
          Trainer.fit(INTERPRETER, small(), data(), settings(5, precision).resume(file).build());
      assertEquals(2, more.epochs().size());
      assertTrue(more.last().train().loss() < rounded.last().train().loss());
    }
  }

  @Test
  void evaluationTakesAPrecision() {
    Network network = small();
    double[] found = new double[2];
    for (Precision precision : Precision.values()) {
      found[precision.ordinal()] =
          Evaluation.of(INTERPRETER, network, data(), Loss.crossEntropy(), List.of(), 16, precision)
              .run()
              .loss();
    }
    assertEquals(found[0], found[1], 5e-3);
    assertNotEquals(found[0], found[1]);
  }
}

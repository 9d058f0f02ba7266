package kortex.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import kortex.autodiff.Autodiff;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers and losses of sequences against PyTorch. Numbers from make_sequences.py. */
class SequenceGoldenTest {
  private static final Golden GOLDEN = Golden.load("sequences");

  static List<Map.Entry<String, Layer>> layers() {
    return List.of(
        Map.entry("denseOfSequence", Dense.of(3)),
        Map.entry("embedding", Embedding.of(7, 3)),
        Map.entry("positions", Positions.of()),
        Map.entry("layerNorm", LayerNorm.of()),
        Map.entry("layerNormFeatures", new LayerNorm(0.1)),
        Map.entry("rmsNorm", RmsNorm.of()),
        Map.entry("simpleRnn", SimpleRnn.of(6)),
        Map.entry("lstm", Lstm.of(6)),
        Map.entry("lstmNoBias", new Lstm(withoutBias(6))),
        Map.entry("gru", Gru.of(6)),
        Map.entry("gruNoBias", new Gru(withoutBias(6))),
        Map.entry("attention", Attention.of(2, false)),
        Map.entry("attentionCausal", Attention.of(3, true)),
        Map.entry("transformerBlock", TransformerBlock.of(2, true)),
        Map.entry("transformerBlockSeeingAll", new TransformerBlock(2, 2, false)),
        Map.entry("globalAvgPool", new GlobalAvgPool()),
        Map.entry("globalAvgPoolOfSequence", new GlobalAvgPool()),
        Map.entry("lastStep", new LastStep()),
        Map.entry("silu", Activation.SILU),
        Map.entry("logSoftmax", Activation.LOG_SOFTMAX));
  }

  private static RecurrentSettings withoutBias(int units) {
    Initializer zeros = Initializer.zeros();
    return new RecurrentSettings(units, false, zeros, zeros, zeros, Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void layersAgreeInTrainingAndInference(Map.Entry<String, Layer> layer) {
    Input input = input(layer.getKey(), layer.getValue());
    for (Phase phase : Phase.values()) {
      new GoldenLayer(GOLDEN, layer.getKey(), layer.getValue(), input, phase).verify();
    }
  }

  private static Input input(String name, Layer layer) {
    Shape example = GOLDEN.tensor(name + "/x").shape().drop(1);
    if (layer instanceof Embedding embedding) {
      return Input.tokens(example.extent(0), embedding.vocabulary());
    }
    return switch (example.rank()) {
      case 1 -> new Input(Input.Kind.FEATURES, example);
      case 2 -> new Input(Input.Kind.SEQUENCE, example);
      default -> new Input(Input.Kind.IMAGE, example);
    };
  }

  @ParameterizedTest
  @CsvSource({"dotProduct, false", "dotProductCausal, true"})
  void attentionAgrees(String name, boolean causal) {
    List<Variable> all =
        List.of("q", "k", "v").stream()
            .map(key -> Variable.of(key, GOLDEN.storage(name + "/" + key)))
            .toList();
    Tensor y = Attentions.scaledDotProduct(all.get(0), all.get(1), all.get(2), causal);
    Close.to(GOLDEN.floats(name + "/y"), y.toFloatArray(), 2e-6, "output");
    List<Tensor> gradients = Autodiff.grad(y.mul(GOLDEN.tensor(name + "/dy")).sum(), all);
    for (int i = 0; i < all.size(); i++) {
      String key = "d" + all.get(i).name();
      Close.to(GOLDEN.floats(name + "/" + key), gradients.get(i).toFloatArray(), 2e-6, key);
    }
  }

  @ParameterizedTest
  @CsvSource({"crossEntropy, 0", "crossEntropySmooth, 0.2"})
  void labelsForEachStepAgree(String name, double smoothing) {
    Variable y = Variable.of("y", GOLDEN.storage(name + "/y"));
    Tensor loss = new CrossEntropy(smoothing).of(y, GOLDEN.tensor(name + "/target"));
    Close.to(GOLDEN.floats(name + "/loss"), loss.toFloatArray(), 2e-6, "loss");
    Close.to(GOLDEN.floats(name + "/dy"), Autodiff.grad(loss, y).toFloatArray(), 2e-6, "gradient");
  }
}

package kortex.model;

import java.util.List;
import java.util.Optional;
import kortex.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer against PyTorch: output, gradients, states. Numbers from make_layers.py. */
class LayerGoldenTest {
  private static final Golden GOLDEN = Golden.load("layers");

  record Case(String name, Layer layer, Phase phase) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case of(String name, Layer layer) {
    return new Case(name, layer, Phase.TRAINING);
  }

  static List<Case> cases() {
    Dense dense = Dense.of(3);
    Conv2d conv = Conv2d.of(4, 3);
    Size2d one = Size2d.of(1);
    return List.of(
        of("dense", dense),
        of(
            "denseNoBias",
            new Dense(
                3, false, dense.weightInitializer(), dense.biasInitializer(), Optional.empty())),
        of("conv", conv),
        of("convSame", conv.moving(one, Padding.SAME)),
        of("convStridePad", conv(4, new Size2d(3, 2), new Size2d(2, 1), Padding.of(1, 1), 1, 1)),
        of("convGroups", conv(6, Size2d.of(3), one, Padding.of(1, 1), 1, 2)),
        of("convDilated", dilated()),
        of("batchNormTrain", BatchNorm.of()),
        new Case("batchNormEval", BatchNorm.of(), Phase.INFERENCE),
        of("batchNormFeatures", new BatchNorm(0.3, 1e-3)),
        of("maxPool", MaxPool2d.of(2)),
        of("maxPoolStridePad", new MaxPool2d(window())),
        of("avgPool", AvgPool2d.of(2)),
        of("avgPoolStridePad", new AvgPool2d(window())),
        of("relu", Activation.RELU),
        of("tanh", Activation.TANH),
        of("sigmoid", Activation.SIGMOID),
        of("gelu", Activation.GELU),
        of("softmax", Activation.SOFTMAX));
  }

  private static Window2d window() {
    return new Window2d(Size2d.of(3), Size2d.of(2), Padding.of(1, 1));
  }

  private static Conv2d conv(
      int filters, Size2d kernel, Size2d stride, Padding padding, int dilation, int groups) {
    return new Conv2d(
        filters,
        kernel,
        stride,
        padding,
        Size2d.of(dilation),
        groups,
        true,
        Initializer.heNormal(),
        Initializer.zeros(),
        Optional.empty());
  }

  private static Conv2d dilated() {
    return new Conv2d(
        3,
        Size2d.of(3),
        Size2d.of(1),
        Padding.VALID,
        Size2d.of(2),
        1,
        false,
        Initializer.heNormal(),
        Initializer.zeros(),
        Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPyTorch(Case c) {
    Shape example = GOLDEN.tensor(c.name + "/x").shape().drop(1);
    Input input = new Input(example.rank() == 3 ? Input.Kind.IMAGE : Input.Kind.FEATURES, example);
    new GoldenLayer(GOLDEN, c.name, c.layer, input, c.phase).verify();
  }
}

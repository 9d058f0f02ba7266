package kortex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.model.Activation;
import kortex.model.Add;
import kortex.model.AvgPool2d;
import kortex.model.BatchNorm;
import kortex.model.Conv2d;
import kortex.model.CrossEntropy;
import kortex.model.Dense;
import kortex.model.Dropout;
import kortex.model.Flatten;
import kortex.model.Initializer;
import kortex.model.Input;
import kortex.model.Layer;
import kortex.model.MaxPool2d;
import kortex.model.Network;
import kortex.model.NetworkSpec;
import kortex.model.Padding;
import kortex.model.Site;
import kortex.model.Size2d;
import kortex.optimizer.Sgd;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import kortex.train.CompiledStep;
import kortex.train.Pass;
import kortex.train.TrainStep;
import org.junit.jupiter.api.Test;

/** Where a plan permutes images, and where it does not. */
class LayoutsTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");

  private NetworkSpec.Builder spec = NetworkSpec.builder(Input.image(1, 1, 1));

  private int add(Layer layer, int... inputs) {
    return spec.add(layer, java.util.Arrays.stream(inputs).boxed().toList(), Site.NONE);
  }

  private static Conv2d conv(int filters, int kernel, int stride) {
    int pad = kernel / 2;
    return new Conv2d(
        filters,
        Size2d.of(kernel),
        Size2d.of(stride),
        new Padding.Explicit(pad, pad, pad, pad),
        Size2d.of(1),
        1,
        false,
        Initializer.heNormal(),
        Initializer.zeros(),
        Optional.empty());
  }

  private int normalised(Conv2d conv, int x) {
    return add(BatchNorm.of(), add(conv, x));
  }

  /** A stem, a block with an identity, a block that halves the image, a mean, classes. */
  private NetworkSpec residual() {
    spec = NetworkSpec.builder(Input.image(3, 8, 8));
    int x = add(Activation.RELU, normalised(conv(16, 3, 1), -1));
    int y = add(Activation.RELU, normalised(conv(16, 3, 1), x));
    x = add(Activation.RELU, add(new Add(), normalised(conv(16, 3, 1), y), x));
    y = add(Activation.RELU, normalised(conv(32, 3, 2), x));
    y = normalised(conv(32, 3, 1), y);
    x = add(Activation.RELU, add(new Add(), y, normalised(conv(32, 1, 2), x)));
    return spec.build(add(Dense.of(10), add(new Flatten(), add(AvgPool2d.of(4), x))));
  }

  private static Tensor images(NetworkSpec network) {
    Storage storage = Storage.zeros(TensorType.f32(network.input().shape().prepend(4).toArray()));
    for (long i = 0; i < storage.type().size(); i++) {
      HostMemory.set(storage.host(), DType.F32, i, Math.sin(i));
    }
    return Tensor.of(storage);
  }

  private static CompiledStep training(Session session, NetworkSpec spec) {
    Network network = Network.of(spec, 7);
    Tensor x = images(spec);
    Tensor labels = Tensor.full(new TensorType(DType.I64, Shape.of(4)), 1);
    return TrainStep.of(session, network, Sgd.of(0.01), 5)
        .compile(() -> Pass.of(new CrossEntropy(0).of(network.call(x), labels)));
  }

  private static List<Explanation.Step> reorders(Explanation e) {
    return e.steps().stream().filter(s -> s.what().startsWith("reorder")).toList();
  }

  @Test
  void aResidualNetworkReordersItsInputOnly() {
    Explanation e = training(CPU, residual()).explain();
    List<Explanation.Step> reorders = reorders(e);
    assertEquals(1, reorders.size(), e::toString);
    assertEquals("reorder to channels last for conv", reorders.getFirst().what());
    assertEquals(List.of(TensorType.f32(4, 8, 8, 3)), reorders.getFirst().results());
    assertTrue(e.steps().stream().noneMatch(s -> s.what().startsWith("permute")), e::toString);
  }

  @Test
  void aFlattenedImageIsReorderedBeforeTheDenseLayer() {
    spec = NetworkSpec.builder(Input.image(16, 4, 4));
    int x = add(Activation.TANH, add(conv(16, 3, 1), -1));
    NetworkSpec network = spec.build(add(Dense.of(10), add(new Flatten(), x)));
    List<String> reorders =
        reorders(training(CPU, network).explain()).stream().map(Explanation.Step::what).toList();
    assertEquals(
        List.of("reorder to channels last for conv", "reorder to channels first for matMul"),
        reorders.subList(0, 2));
  }

  @Test
  void imagesOfOneChannelCostNothing() {
    spec = NetworkSpec.builder(Input.image(1, 8, 8));
    int x = add(conv(16, 3, 1), add(conv(16, 3, 1), -1));
    NetworkSpec network =
        spec.build(add(Dense.of(10), add(new Flatten(), add(AvgPool2d.of(8), x))));
    Explanation e = training(CPU, network).explain();
    assertEquals(List.of(), reorders(e), e::toString);
  }

  @Test
  void fewChannelsStayFirst() {
    spec = NetworkSpec.builder(Input.image(1, 8, 8));
    int x = add(conv(16, 3, 1), add(MaxPool2d.of(2), add(conv(6, 3, 1), -1)));
    NetworkSpec network = spec.build(add(Dense.of(10), add(new Flatten(), x)));
    assertEquals(List.of(), reorders(training(CPU, network).explain()));
  }

  private static double[] losses(Session session, NetworkSpec spec) {
    CompiledStep step = training(session, spec);
    double[] out = new double[5];
    for (int i = 0; i < out.length; i++) {
      out[i] = step.run().loss();
    }
    return out;
  }

  @Test
  void trainingIsThatOfTheReference() {
    assertArrayEquals(losses(REFERENCE, residual()), losses(CPU, residual()), 2e-5);
  }

  @Test
  void theSameElementsAreDroppedWhateverTheFormat() {
    spec = NetworkSpec.builder(Input.image(16, 6, 6));
    int x = add(conv(16, 3, 1), add(new Dropout(0.5), add(conv(16, 3, 1), -1)));
    NetworkSpec network = spec.build(add(Dense.of(10), add(new Flatten(), x)));
    assertArrayEquals(losses(REFERENCE, network), losses(CPU, network), 2e-5);
  }

  @Test
  void gradientsRunRightBehindWhatTheyAreMadeOf() {
    CompiledStep step = training(CPU, residual());
    List<String> kinds =
        step.explain().steps().stream()
            .map(Explanation.Step::what)
            .filter(w -> w.equals("convWeightGrad") || w.equals("convInputGrad"))
            .toList();
    assertEquals(6, kinds.stream().filter("convWeightGrad"::equals).count());
    // Last in the network, first in the plan; no weight waits for the end of the backward pass.
    assertTrue(kinds.indexOf("convWeightGrad") <= 1, kinds::toString);
    assertTrue(kinds.lastIndexOf("convInputGrad") >= kinds.size() - 3, kinds::toString);
  }

  @Test
  void aProfileHasATimeForEachStep() {
    CompiledStep step = training(CPU, residual());
    List<Double> times = step.profile(3);
    assertEquals(step.explain().steps().size(), times.size());
    assertTrue(times.stream().allMatch(t -> t >= 0));
    assertTrue(times.stream().mapToDouble(t -> t).sum() > 0);
  }
}

package kortex.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.tensor.DType;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static Site line(int number, String call) {
    return new Site("digits.nn.kts", number, call);
  }

  private static NetworkSpec digits(int line) {
    var b = NetworkSpec.builder(Input.image(1, 8, 8));
    int at = b.add(Conv2d.of(4, 3).moving(Size2d.of(1), Padding.SAME), List.of(-1), line(line, ""));
    at = b.add(BatchNorm.of(), List.of(at), line(line + 1, ""));
    int start = b.add(Activation.RELU, List.of(at), line(line + 2, ""));
    int merged =
        b.scope(
            "residual",
            () -> {
              Layer conv = Conv2d.of(4, 3).moving(Size2d.of(1), Padding.SAME);
              int body = b.add(conv, List.of(start), line(line + 3, ""));
              return b.add(new Add(), List.of(body, start), Site.NONE);
            });
    at = b.add(MaxPool2d.of(2), List.of(merged), Site.NONE);
    at = b.add(new Flatten(), List.of(at), Site.NONE);
    at = b.add(new Dropout(0.5), List.of(at), Site.NONE);
    return b.build(b.add(Dense.of(10), List.of(at), Site.NONE));
  }

  @Test
  void specIsAValueThatReadsLikeTheScript() {
    assertEquals(digits(1), digits(50));
    assertEquals(digits(1).hashCode(), digits(50).hashCode());
    assertEquals(
        """
        network(image(1, 8, 8)) {
            conv2d(4, kernel = 3, padding = same)
            batchNorm()
            relu()
            residual {
                conv2d(4, kernel = 3, padding = same)
            }
            maxPool2d(2)
            flatten()
            dropout(0.5)
            dense(10)
        }\
        """,
        digits(1).toString());
  }

  @Test
  void tableHasShapesParametersAndFlops() {
    Network network = Network.of(digits(1), 3);
    String table = network.toString();
    assertEquals(40 + 8 + 148 + 650, network.parameterCount());
    assertTrue(table.contains("residual1/conv1  [4, 8, 8]         148  18,688"), table);
    assertTrue(table.endsWith("total                              846  " + flops(network)), table);
    assertEquals(
        List.of("conv1/weight", "conv1/bias", "batchNorm1/scale", "batchNorm1/shift"),
        network.parameters().stream().limit(4).map(p -> p.name()).toList());
    assertTrue(network.state().containsKey("batchNorm1/variance"));
    assertEquals(3, network.weights().size());
  }

  private static String flops(Network network) {
    return String.format("%,d", network.flops());
  }

  @Test
  void initialValuesDependOnSeedAndNameOnly() {
    var b = NetworkSpec.builder(Input.features(4));
    int first = b.add(Dense.of(8), List.of(-1), Site.NONE);
    NetworkSpec small = b.build(first);
    NetworkSpec large = b.build(b.add(Dense.of(2), List.of(first), Site.NONE));
    float[] one = Network.of(small, 7).parameter("dense1/weight").toFloatArray();
    assertArrayEquals(one, Network.of(large, 7).parameter("dense1/weight").toFloatArray());
    assertNotEquals(one[0], Network.of(small, 8).parameter("dense1/weight").toFloatArray()[0]);
    double limit = Math.sqrt(6.0 / 12);
    for (float w : one) {
      assertTrue(Math.abs(w) <= limit);
    }
  }

  @Test
  void initializersHaveTheirMoments() {
    float[] values = new float[200_000];
    Fans fans = new Fans(50, 100);
    Map<Initializer, Double> deviations =
        Map.of(
            Initializer.heNormal(), Math.sqrt(2.0 / 50),
            Initializer.heUniform(), Math.sqrt(2.0 / 50),
            Initializer.glorotNormal(), Math.sqrt(2.0 / 150),
            Initializer.glorotUniform(), Math.sqrt(2.0 / 150),
            Initializer.lecunNormal(), Math.sqrt(1.0 / 50),
            Initializer.lecunUniform(), Math.sqrt(1.0 / 50));
    deviations.forEach((initializer, deviation) -> {
      initializer.fill(values, fans, RandomStream.of(1, "w"));
      double mean = 0;
      double square = 0;
      for (float v : values) {
        mean += v / values.length;
        square += (double) v * v / values.length;
      }
      assertEquals(0, mean, 0.01 * deviation, initializer.toString());
      assertEquals(deviation, Math.sqrt(square), 0.01 * deviation, initializer.toString());
    });
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    var b = NetworkSpec.builder(Input.image(1, 8, 8));
    int conv = b.add(Conv2d.of(32, 3), List.of(-1), line(12, "conv2d(32, kernel = 3)"));
    int dense = b.add(Dense.of(10), List.of(conv), line(14, "dense(10)"));
    int pool = b.add(MaxPool2d.of(2), List.of(dense), line(15, "maxPool2d(2)"));
    var error = assertThrows(ShapeException.class, () -> b.build(pool));
    assertEquals("ShapeError", error.title());
    String text = error.getMessage();
    assertTrue(text.contains("2 problems"), text);
    assertTrue(text.contains("dense needs features [n], got [32, 6, 6]"), text);
    assertTrue(text.contains("at dense1   digits.nn.kts:14  dense(10)"), text);
    assertTrue(text.contains("image(1, 8, 8) → conv1 [32, 6, 6] (line 12)"), text);
    assertTrue(text.contains("maxPool2d needs an image"), text);
    assertTrue(text.contains("flatten"), text);
  }

  @Test
  void layersReadEarlierLayersAndSomething() {
    var b = NetworkSpec.builder(Input.features(4));
    int first = b.add(Activation.RELU, List.of(-1), Site.NONE);
    assertEquals(Optional.of(Shape.of(4)), b.shape(first));
    assertThrows(ShapeException.class, () -> b.shape(5));
    b.add(Activation.RELU, List.of(), line(2, "relu()"));
    b.add(Dense.of(3), List.of(-3), line(3, "dense(3)"));
    String what = assertThrows(ShapeException.class, () -> b.build(first)).what();
    assertTrue(what.contains("relu2   digits.nn.kts:2"), what);
    assertTrue(what.contains("it reads no layer"), what);
    assertTrue(what.contains("it reads layer -3 of 2"), what);
  }

  @Test
  void windowsMoveByAtLeastOne() {
    assertThrows(
        SettingException.class,
        () -> Padding.SAME.resolve(Shape.of(1, 8, 8), Size2d.of(3), Size2d.of(0)));
  }

  @Test
  void activationsOfIntegersAreF32() {
    Tensor x = Tensor.of(new long[] {-2, 0, 3, 4}, 4);
    Tensor slopes = Tensor.of(new long[] {2}, 1);
    for (Tensor y :
        List.of(
            Activations.leakyRelu(x, 0.1),
            Activations.prelu(x, slopes),
            Activations.gelu(x),
            Activations.geluTanh(x),
            Activations.softsign(x),
            Activations.hardSigmoid(x),
            Activations.hardSwish(x))) {
      assertEquals(DType.F32, y.dtype());
    }
    assertEquals(DType.I64, Activations.relu(x).dtype());
  }

  @Test
  void settingsAreChecked() {
    assertThrows(SettingException.class, () -> Dense.of(0));
    assertThrows(SettingException.class, () -> new Dropout(1));
    assertThrows(SettingException.class, () -> new BatchNorm(2, 1e-5));
    assertThrows(SettingException.class, () -> Conv2d.of(3, 0));
    assertThrows(SettingException.class, () -> new Regularizer.L2(-1));
  }

  @Test
  void wrongInputNamesBothShapes() {
    Network network = Network.of(digits(1), 3);
    var error =
        assertThrows(ShapeException.class, () -> network.call(Tensor.of(new float[64], 1, 8, 8)));
    assertTrue(error.what().contains("f32[batch, 1, 8, 8], got f32[1, 8, 8]"), error.what());
    assertTrue(error.remedy().contains("batch axis"), error.remedy());
  }

  @Test
  void loadIsStrictAndListsEverything() {
    Network network = Network.of(digits(1), 3);
    Map<String, Storage> values = new LinkedHashMap<>(network.state());
    values.remove("conv1/bias");
    values.put("dense1/weight", Storage.zeros(TensorType.f32(10, 784)));
    values.put("dense2/weight", Storage.zeros(TensorType.f32(1)));
    float before = network.parameter("dense1/bias").toFloatArray()[0];
    var error = assertThrows(DataException.class, () -> network.load(values));
    assertTrue(error.what().contains("missing: conv1/bias f32[4]"), error.what());
    assertTrue(error.what().contains("unexpected: dense2/weight"), error.what());
    assertTrue(error.what().contains("f32[10, 64] here, f32[10, 784]"), error.what());
    assertEquals(before, network.parameter("dense1/bias").toFloatArray()[0]);
    Network other = Network.of(digits(1), 4);
    other.load(network.state());
    assertArrayEquals(
        network.parameter("conv1/weight").toFloatArray(),
        other.parameter("conv1/weight").toFloatArray());
  }

  @Test
  void dropoutDiffersBetweenPhases() {
    var b = NetworkSpec.builder(Input.features(1000));
    Network network = Network.of(b.build(b.add(new Dropout(0.25), List.of(-1), Site.NONE)), 1);
    float[] ones = new float[2000];
    java.util.Arrays.fill(ones, 1);
    Tensor x = Tensor.of(ones, 2, 1000);
    assertArrayEquals(ones, network.call(x).toFloatArray());
    TensorType keyType = new TensorType(DType.I64, Shape.SCALAR);
    float[] trained =
        new TrainingScope(Tensor.full(keyType, 5)).run(() -> network.call(x)).toFloatArray();
    int zeros = 0;
    for (float v : trained) {
      assertTrue(v == 0 || Math.abs(v - 4f / 3) < 1e-6);
      zeros += v == 0 ? 1 : 0;
    }
    assertEquals(500, zeros, 100);
    float[] again =
        new TrainingScope(Tensor.full(keyType, 5)).run(() -> network.call(x)).toFloatArray();
    assertArrayEquals(trained, again);
    float[] other =
        new TrainingScope(Tensor.full(keyType, 6)).run(() -> network.call(x)).toFloatArray();
    assertTrue(!java.util.Arrays.equals(trained, other));
  }

  @Test
  void customLayersInferTheirShape() {
    Layer scale =
        CustomLayer.of(
            "scale",
            shapes -> List.of(WeightSpec.of("g", shapes.getFirst(), Initializer.constant(3))),
            (context, inputs) -> inputs.getFirst().mul(context.weight("g")));
    var b = NetworkSpec.builder(Input.features(2));
    Network network = Network.of(b.build(b.add(scale, List.of(-1), Site.NONE)), 1);
    assertArrayEquals(
        new float[] {3, 6}, network.call(Tensor.of(new float[] {1, 2}, 1, 2)).toFloatArray());
    Layer wrong = CustomLayer.of("bad", s -> List.of(), (c, inputs) -> inputs.getFirst().sum());
    var w = NetworkSpec.builder(Input.features(2));
    int node = w.add(wrong, List.of(-1), Site.NONE);
    assertThrows(ShapeException.class, () -> w.build(node));
  }

  @Test
  void penaltiesOfLayersAddUp() {
    var b = NetworkSpec.builder(Input.features(2));
    Dense dense =
        new Dense(
            1,
            true,
            Initializer.constant(2),
            Initializer.ones(),
            Optional.of(new Regularizer.L2(0.5)));
    Network network = Network.of(b.build(b.add(dense, List.of(-1), Site.NONE)), 1);
    assertEquals(0.5 * 8, network.penalty().orElseThrow().item(), 1e-6);
    assertEquals(
        0.1 * 4, new Regularizer.L1(0.1).penalty(network.weights().getFirst()).item(), 1e-6);
  }
}

package kortex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.model.Activations;
import kortex.op.Convolution;
import kortex.tensor.DType;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What follows a product or a convolution is computed with it, and is what it would be alone. */
class EpiloguesTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final List<Session> FUSING =
      List.of(Session.on(ReferenceBackend.interpreting()), Session.open("cpu"));

  private static Tensor leaf(int seed, long... shape) {
    Storage storage = Storage.zeros(TensorType.f32(shape));
    for (long i = 0; i < storage.type().size(); i++) {
      HostMemory.set(storage.host(), DType.F32, i, Math.sin(seed + 1.7 * i) * 0.3);
    }
    return Tensor.of(storage);
  }

  /** Something that is multiplied, and what is added to it: a bias and a residual. */
  private record Product(String name, Tensor result, Tensor bias, Tensor residual) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Product product() {
    // Larger than what the CPU backend computes by generated code.
    Tensor result = leaf(1, 8, 1025).matmul(leaf(2, 1025, 1025));
    return new Product("matMul", result, leaf(3, 1025), leaf(4, 8, 1025));
  }

  private static Product convolution(int channels) {
    List<Integer> one = List.of(1, 1);
    var conv = new Convolution.Conv(new Convolution.Geometry(one, one, one, one, 1));
    Tensor result = leaf(1, 2, channels, 7, 6).apply(conv, leaf(2, channels, channels, 3, 3));
    return new Product("conv", result, leaf(3, channels, 1, 1), leaf(4, 2, channels, 7, 6));
  }

  private static List<Product> products() {
    return List.of(product(), convolution(3), convolution(16));
  }

  /** An epilogue as it is written, and as it is shown. */
  private record Case(String shown, Function<Product, Tensor> written) {}

  private static List<Case> cases() {
    return List.of(
        new Case("", Product::result),
        new Case(" + bias", p -> p.result().add(p.bias())),
        new Case(" + bias", p -> p.bias().add(p.result())),
        new Case(", relu", p -> Activations.relu(p.result())),
        new Case(" + bias, relu", p -> Activations.relu(p.result().add(p.bias()))),
        new Case(" + bias, tanh", p -> p.result().add(p.bias()).tanh()),
        new Case(" + bias, sigmoid", p -> p.result().add(p.bias()).sigmoid()),
        new Case(" + bias, gelu", p -> Activations.gelu(p.result().add(p.bias()))),
        new Case(" + residual", p -> p.result().add(p.residual())),
        new Case(
            " + bias + residual, relu",
            p -> Activations.relu(p.result().add(p.bias()).add(p.residual()))));
  }

  private static float[] run(Session session, Tensor y) {
    Step step = session.compile(List.of(y), List.of());
    step.run();
    Storage out = Storage.zeros(y.type());
    step.read(0, out.host());
    return Tensor.of(out).toFloatArray();
  }

  private static List<String> libraries(Explanation e) {
    return e.steps().stream()
        .filter(s -> s.kind() == Explanation.Kind.LIBRARY)
        .map(Explanation.Step::what)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("products")
  void everyEpilogueIsOneStepAndTheSame(Product p) {
    for (Case c : cases()) {
      if (p.name().equals("conv") && c.shown().contains("residual")) {
        continue; // What is added comes from outside, with channels first.
      }
      Tensor y = c.written().apply(p);
      float[] expected = run(REFERENCE, y);
      for (Session session : FUSING) {
        String what = p + c.shown() + " on " + session.backend().name();
        Explanation e = session.explain(List.of(y), List.of());
        assertEquals(List.of(p.name() + c.shown()), libraries(e), what);
        boolean alone =
            e.steps().stream()
                .allMatch(s ->
                    s.kind() == Explanation.Kind.LIBRARY
                        || s.what().startsWith("reorder")
                        || s.what().startsWith("permute"));
        assertTrue(alone, e::toString);
        assertArrayEquals(expected, run(session, y), 1e-5f, what);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("products")
  void nothingIsTakenThatIsReadElsewhere(Product p) {
    Tensor sum = p.result().add(p.bias());
    BinaryOperator<Tensor> both = (a, b) -> a.sum().add(b.sum());
    for (Session session : FUSING) {
      String taken = p.name() + " + bias";
      assertEquals(List.of(taken), libraries(session.explain(List.of(sum, sum.tanh()), List.of())));
      assertEquals(
          List.of(p.name()),
          libraries(session.explain(List.of(both.apply(p.result(), sum.tanh())), List.of())));
      Tensor exp = p.result().add(p.bias()).exp();
      assertEquals(List.of(taken), libraries(session.explain(List.of(exp), List.of())));
      Tensor total = both.apply(p.result(), sum.tanh());
      assertArrayEquals(run(REFERENCE, total), run(session, total), 1e-2f);
    }
  }

  @Test
  void aBlockAddsItsInputBehindItsLastConvolution() {
    List<Integer> one = List.of(1, 1);
    var conv = new Convolution.Conv(new Convolution.Geometry(one, one, one, one, 1));
    Tensor x = Activations.relu(leaf(1, 2, 16, 6, 6).apply(conv, leaf(2, 16, 16, 3, 3)));
    Tensor inner = Activations.relu(x.apply(conv, leaf(3, 16, 16, 3, 3)).add(leaf(4, 16, 1, 1)));
    Tensor sum = inner.apply(conv, leaf(5, 16, 16, 3, 3)).add(leaf(6, 16, 1, 1)).add(x);
    Tensor y = Activations.relu(sum).mean(2, 3);
    for (Session session : FUSING) {
      assertEquals(
          List.of("conv, relu", "conv + bias, relu", "conv + bias + residual, relu"),
          libraries(session.explain(List.of(y), List.of())));
      assertArrayEquals(run(REFERENCE, y), run(session, y), 1e-5f);
    }
  }

  /** As generated code, as library calls where little is worth compiling, and interpreted. */
  @Test
  void convolutionsTakeTheNormBehindThem() {
    for (int channels : new int[] {3, 16, 40}) {
      Product p = convolution(channels);
      Tensor centre = leaf(5, channels, 1, 1);
      Tensor scale = leaf(6, channels, 1, 1).square().add(0.1).sqrt();
      Tensor norm = p.result().sub(centre).mul(scale);
      List<Tensor> written =
          List.of(norm, norm.add(p.bias()), Activations.relu(scale.mul(p.result().sub(centre))));
      List<String> shown = List.of("conv, norm", "conv, norm + bias", "conv, norm, relu");
      for (int i = 0; i < written.size(); i++) {
        Tensor y = written.get(i);
        float[] expected = run(REFERENCE, y);
        for (Session session : FUSING) {
          Explanation e = session.explain(List.of(y), List.of());
          assertEquals(List.of(shown.get(i)), libraries(e));
          assertArrayEquals(expected, run(session, y), 1e-5f);
          float[] once =
              session.runOnce(
                  List.of(y),
                  List.of(),
                  step -> {
                    Storage out = Storage.zeros(y.type());
                    step.read(0, out.host());
                    return Tensor.of(out).toFloatArray();
                  });
          assertArrayEquals(expected, once, 1e-5f);
        }
      }
    }
  }

  /** Shapes that no code is generated for, or other code. */
  @Test
  void convolutionsOfAllKindsTakeTheNormBehindThem() {
    List<Integer> one = List.of(1, 1);
    List<Integer> two = List.of(2, 2);
    List<Tensor> results =
        List.of(
            leaf(1, 2, 24, 9).apply(plain(1), leaf(2, 16, 24, 3)),
            leaf(1, 1, 16, 5, 4, 6).apply(plain(3), leaf(2, 24, 16, 2, 3, 1)),
            leaf(1, 2, 32, 9, 8)
                .apply(
                    new Convolution.Conv(new Convolution.Geometry(two, one, one, one, 2)),
                    leaf(2, 64, 16, 3, 3)),
            leaf(1, 2, 16, 9, 8)
                .apply(
                    new Convolution.Conv(new Convolution.Geometry(one, two, two, two, 1)),
                    leaf(2, 20, 16, 3, 3)),
            leaf(1, 3, 6, 20, 30).apply(plain(2), leaf(2, 5, 6, 5, 5)));
    for (Tensor result : results) {
      long channels = result.type().shape().extent(1);
      long[] shape = new long[result.type().shape().rank() - 1];
      Arrays.fill(shape, 1);
      shape[0] = channels;
      Tensor norm = result.sub(leaf(5, shape)).mul(leaf(6, shape)).add(leaf(7, shape));
      Tensor y = Activations.relu(norm);
      float[] expected = run(REFERENCE, y);
      assertArrayEquals(expected, run(FUSING.get(1), y), 1e-5f, y.type()::toString);
      Function<Step, float[]> read =
          step -> {
            Storage out = Storage.zeros(y.type());
            step.read(0, out.host());
            return Tensor.of(out).toFloatArray();
          };
      float[] once = FUSING.get(1).runOnce(List.of(y), List.of(), read);
      assertArrayEquals(expected, once, 1e-5f, y.type()::toString);
    }
  }

  /** A dense convolution with a margin of one. */
  private static Convolution.Conv plain(int axes) {
    List<Integer> one = Collections.nCopies(axes, 1);
    return new Convolution.Conv(new Convolution.Geometry(one, one, one, one, 1));
  }

  @Test
  void weightsThatChangeBetweenRunsAreSeen() {
    List<Integer> one = List.of(1, 1);
    var conv = new Convolution.Conv(new Convolution.Geometry(one, one, one, one, 1));
    Tensor w = leaf(2, 16, 16, 3, 3);
    Storage stored = w.value().node().storage().orElseThrow();
    Tensor x = leaf(1, 2, 16, 7, 6);
    Tensor y = x.apply(conv, w);
    Session session = FUSING.get(1);
    Step step = session.compile(List.of(y), List.of());
    Step update =
        session.compile(
            List.of(), List.of(new Graph.Assignment(stored, w.mul(1.5).add(0.1).value())));
    Runnable check =
        () -> {
          step.run();
          Storage out = Storage.zeros(y.type());
          step.read(0, out.host());
          float[] got = Tensor.of(out).toFloatArray();
          Tensor copy = Tensor.of(Storage.of(stored.type(), stored.host()));
          assertArrayEquals(run(REFERENCE, x.apply(conv, copy)), got, 1e-5f);
        };
    check.run();
    update.run();
    check.run();
    stored.write(leaf(7, 16, 16, 3, 3).value().node().storage().orElseThrow().host());
    check.run();
    update.run();
    update.run();
    check.run();
  }

  @Test
  void aBiasOfRowsStaysOutside() {
    Tensor result = leaf(1, 40, 300).matmul(leaf(2, 300, 40));
    Tensor y = result.add(leaf(3, 40, 1));
    assertEquals(List.of("matMul"), libraries(FUSING.get(1).explain(List.of(y), List.of())));
    assertArrayEquals(run(REFERENCE, y), run(FUSING.get(1), y), 1e-5f);
  }

  @Test
  void trainingNeedsNoValueBeforeTheActivation() {
    Tensor x = leaf(1, 8, 1025);
    Tensor v = leaf(2, 1025, 1025);
    Tensor w = leaf(3, 1025, 1025);
    for (Function<Tensor, Tensor> f :
        List.<Function<Tensor, Tensor>>of(Activations::relu, Tensor::tanh, Tensor::sigmoid)) {
      Tensor hidden = f.apply(x.matmul(v).add(leaf(4, 1025)));
      Tensor loss = f.apply(hidden.matmul(w).add(leaf(5, 1025))).square().mean();
      List<Tensor> outputs = new ArrayList<>(Autodiff.grad(loss, List.of(v, w)));
      outputs.add(loss);
      for (Session session : FUSING) {
        Explanation e = session.explain(outputs, List.of());
        long fused = libraries(e).stream().filter(s -> s.startsWith("matMul + bias, ")).count();
        assertEquals(2, fused, e::toString);
        for (Tensor output : outputs) {
          assertArrayEquals(run(REFERENCE, output), run(session, output), 1e-5f);
        }
      }
    }
  }

  @Test
  void reluKeepsNotANumberAndTheMaskOfItsGradient() {
    Tensor x = leaf(1, 40, 300);
    HostMemory.set(x.value().node().storage().orElseThrow().host(), DType.F32, 5, Float.NaN);
    Tensor w = leaf(2, 300, 50);
    Tensor y = Activations.relu(x.matmul(w).add(leaf(3, 50)));
    Tensor gradient = Autodiff.grad(y.sum(), w);
    for (Session session : FUSING) {
      assertArrayEquals(run(REFERENCE, y), run(session, y), 1e-5f);
      assertArrayEquals(run(REFERENCE, gradient), run(session, gradient), 1e-4f);
    }
    assertTrue(Float.isNaN(run(FUSING.get(1), y)[0]));
  }
}

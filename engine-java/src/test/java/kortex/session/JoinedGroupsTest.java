package kortex.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Key;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.model.Activations;
import kortex.model.CrossEntropy;
import kortex.plan.PlanVerifier;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups over one space are one kernel, and compute what the ops compute one by one. */
class JoinedGroupsTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");

  /** What the functions work on: {@code x} and {@code other} of [rows, n], the others of [n]. */
  private record Given(Tensor x, Tensor other, Tensor scale, Tensor shift, Tensor labels) {
    static Given random(long rows, long n) {
      int[] labels = new int[Math.toIntExact(rows)];
      Arrays.setAll(labels, i -> (int) (i * 7 % n));
      return new Given(
          numbers(1, rows, n),
          numbers(2, rows, n),
          numbers(3, n),
          numbers(4, n),
          Tensor.of(labels, rows));
    }
  }

  /** A function, and how many kernels its row-by-row form is. */
  private record Pattern(String name, int kernels, Function<Given, List<Tensor>> of) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Tensor numbers(int seed, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() * 4 - 2);
    }
    return Tensor.of(values, shape);
  }

  private static Tensor layerNorm(Tensor x, Tensor scale, Tensor shift) {
    Tensor centred = x.sub(x.mean(1).restore(x.shape(), 1));
    Tensor deviation = centred.square().mean(1).add(1e-5).sqrt();
    return centred.div(deviation.restore(x.shape(), 1)).mul(scale).add(shift);
  }

  private static Tensor rmsNorm(Tensor x, Tensor scale) {
    Tensor size = x.square().mean(1).add(1e-5).sqrt().withUnitAxes(1);
    return x.div(size).mul(scale);
  }

  private static Tensor dropped(Tensor x) {
    Tensor uniform = Key.of(5).uniform(x.type());
    return uniform.less(0.25).select(Tensor.full(x.type(), 0), x.div(0.75));
  }

  private static List<Tensor> gradients(Tensor y, Tensor weight, Tensor... of) {
    return Autodiff.grad(y.mul(weight).sum(), List.of(of));
  }

  private static Tensor crossEntropy(Given g) {
    return new CrossEntropy(0.1).of(g.x(), g.labels());
  }

  private static List<Tensor> moments(Given g) {
    return List.of(g.x().mean(1), g.x().square().mean(1), g.x().max(1), g.x().add(g.other()));
  }

  static Stream<Pattern> patterns() {
    return Stream.of(
        new Pattern("softmax", 1, g -> List.of(Activations.softmax(g.x()))),
        new Pattern("logSoftmax", 1, g -> List.of(Activations.logSoftmax(g.x()))),
        new Pattern("logSumExp", 1, g -> List.of(g.x().logSumExp(1))),
        new Pattern(
            "softmax, gradient", 1, g -> gradients(Activations.softmax(g.x()), g.other(), g.x())),
        new Pattern("crossEntropy", 2, g -> List.of(crossEntropy(g))),
        new Pattern(
            "crossEntropy, with gradient",
            2,
            g -> List.of(crossEntropy(g), Autodiff.grad(crossEntropy(g), g.x()))),
        new Pattern("layerNorm", 1, g -> List.of(layerNorm(g.x(), g.scale(), g.shift()))),
        new Pattern(
            "layerNorm, gradient of x",
            1,
            g -> gradients(layerNorm(g.x(), g.scale(), g.shift()), g.other(), g.x())),
        new Pattern(
            "layerNorm, all gradients",
            2,
            g ->
                gradients(
                    layerNorm(g.x(), g.scale(), g.shift()),
                    g.other(),
                    g.x(),
                    g.scale(),
                    g.shift())),
        new Pattern("rmsNorm", 1, g -> List.of(rmsNorm(g.x(), g.scale()))),
        new Pattern(
            "rmsNorm, all gradients",
            2,
            g -> gradients(rmsNorm(g.x(), g.scale()), g.other(), g.x(), g.scale())),
        new Pattern(
            "residual, dropout, norm",
            1,
            g -> {
              Tensor sum = g.x().add(dropped(g.other()));
              return List.of(sum, layerNorm(sum, g.scale(), g.shift()));
            }),
        new Pattern("moments", 1, JoinedGroupsTest::moments));
  }

  private static List<double[]> run(Session session, List<Tensor> outputs) {
    Step step = session.compile(outputs, List.of());
    step.run();
    List<double[]> results = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Storage out = Storage.zeros(outputs.get(i).type());
      step.read(i, out.host());
      double[] values = new double[Math.toIntExact(out.type().size())];
      Arrays.setAll(values, k -> HostMemory.get(out.host(), out.type().dtype(), k));
      results.add(values);
    }
    return results;
  }

  private static void close(List<double[]> expected, List<double[]> actual, String what) {
    for (int i = 0; i < expected.size(); i++) {
      double[] e = expected.get(i);
      double most = Arrays.stream(e).filter(Double::isFinite).map(Math::abs).max().orElse(0);
      for (int k = 0; k < e.length; k++) {
        double a = actual.get(i)[k];
        boolean same = e[k] == a || (Double.isNaN(e[k]) && Double.isNaN(a));
        if (!same) {
          assertEquals(e[k], a, 2e-5 * (1e-3 + most), what + ", result " + i + " at " + k);
        }
      }
    }
  }

  private static void everywhere(String what, List<Tensor> outputs) {
    List<double[]> expected = run(REFERENCE, outputs);
    close(expected, run(CPU, outputs), what + " on the cpu");
    close(expected, run(INTERPRETER, outputs), what + " interpreted");
  }

  private static long kernels(List<Tensor> outputs) {
    return CPU.explain(outputs, List.of()).steps().stream()
        .filter(s -> s.kind() == Explanation.Kind.KERNEL)
        .count();
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void rowsAreOneKernel(Pattern pattern) {
    List<Tensor> outputs = pattern.of().apply(Given.random(64, 96));
    assertEquals(
        pattern.kernels(), kernels(outputs), () -> CPU.explain(outputs, List.of()).toString());
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void rowsOfAnySizeAreComputed(Pattern pattern) {
    long[][] sizes = {{1, 1}, {1, 31}, {31, 1}, {33, 31}, {5, 1025}, {17, 2500}};
    for (long[] size : sizes) {
      String what = pattern + " of " + Arrays.toString(size);
      everywhere(what, pattern.of().apply(Given.random(size[0], size[1])));
    }
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void longRowsAreComputed(Pattern pattern) {
    for (long[] size : new long[][] {{1, 70_000}, {16, 5000}, {5000, 3}}) {
      List<Tensor> outputs = pattern.of().apply(Given.random(size[0], size[1]));
      String what = pattern + " of " + Arrays.toString(size);
      close(run(REFERENCE, outputs), run(CPU, outputs), what);
    }
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void plansKeepTheirRules(Pattern pattern) {
    Given given = Given.random(20, 40);
    List<Value> values = pattern.of().apply(given).stream().map(Tensor::value).toList();
    Graph graph = Graph.capture(values, List.of()).graph();
    PlanVerifier.verify(Blueprint.of(graph, CPU.backend(), Precision.F32).plan());
  }

  /** Infinities and NaN, alone and together, in rows short and long. */
  @Test
  void whatIsNoNumberStaysSo() {
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;
    for (int n : new int[] {5, 33, 1025}) {
      float[] values = new float[6 * n];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.sin(i);
      }
      values[3] = nan;
      values[n + 2] = inf;
      values[2 * n + 1] = -inf;
      Arrays.fill(values, 3 * n, 4 * n, -inf);
      values[4 * n] = inf;
      values[5 * n - 1] = nan;
      values[5 * n] = -0f;
      Tensor x = Tensor.of(values, 6, n);
      List<Tensor> outputs =
          List.of(
              Activations.softmax(x),
              x.max(1),
              x.min(1),
              x.sub(x.min(1).restore(x.shape(), 1)).max(1),
              x.logSumExp(1),
              x.max(0),
              x.min(0),
              rmsNorm(x, Tensor.full(TensorType.f32(n), 1)));
      everywhere("no numbers in rows of " + n, outputs);
    }
  }

  /** The middle axis is kept: rows are not next to one another. */
  @Test
  void channelsAreRows() {
    Tensor x = numbers(1, 6, 17, 5, 7);
    Tensor weight = numbers(2, 6, 17, 5, 7);
    Tensor scale = numbers(3, 17);
    int[] axes = {0, 2, 3};
    Tensor mean = x.mean(axes);
    Tensor centred = x.sub(mean.restore(x.shape(), axes));
    Tensor variance = centred.square().mean(axes);
    Tensor factor = scale.div(variance.add(1e-5).sqrt());
    Tensor y = centred.mul(factor.restore(x.shape(), axes));
    List<Tensor> outputs = new ArrayList<>(List.of(y, mean, variance));
    outputs.addAll(gradients(y, weight, x, scale));
    assertEquals(1, kernels(outputs));
    everywhere("channels", outputs);
  }

  @Test
  void sumsOfColumnsAreOnePass() {
    for (long rows : new long[] {2, 17, 100, 5000}) {
      for (long n : new long[] {1, 10, 64, 300}) {
        Tensor x = numbers(1, rows, 3, n);
        Tensor other = numbers(2, rows, 3, n);
        List<Tensor> outputs =
            List.of(
                x.sum(0, 1),
                x.square().mean(0, 1),
                x.mul(other).sum(0, 1),
                x.max(0, 1),
                x.mul(other).add(1));
        everywhere("columns of " + rows + " · 3 · " + n, outputs);
        if (n > 1) {
          assertTrue(kernels(outputs) <= 3, () -> CPU.explain(outputs, List.of()).toString());
        }
      }
    }
  }

  @Test
  void whatWaitsForAnotherGroupIsNotJoined() {
    Tensor x = numbers(1, 64, 64);
    Tensor sum = x.sum(1);
    Tensor between = x.matmul(sum.reshape(64, 1)).reshape(64);
    Tensor y = x.mul(between.restore(x.shape(), 1)).add(sum.restore(x.shape(), 1));
    everywhere("a product between", List.of(y));
    Tensor columns = x.sub(x.sum(1).restore(x.shape(), 0)).tanh();
    everywhere("sums of rows along columns", List.of(columns, columns.sum(1)));
    Tensor turned = x.sum(1).restore(x.shape(), 1).mul(x).transpose().add(x);
    everywhere("turned", List.of(turned, turned.mean(1)));
    Tensor moved = x.sum(1).roll(1, 0).restore(x.shape(), 1).mul(x);
    everywhere("moved", List.of(moved.sum(1)));
  }

  @Test
  void everyFloatGoesByRows() {
    for (DType dtype : new DType[] {DType.F64, DType.F16, DType.BF16}) {
      Tensor x = numbers(1, 40, 50).cast(dtype);
      List<Tensor> outputs = List.of(Activations.softmax(x).cast(DType.F32), x.max(1), x.sum(1));
      List<double[]> expected = run(REFERENCE, outputs);
      double tolerance = dtype == DType.F64 ? 1e-6 : 0x1p-6;
      List<double[]> actual = run(CPU, outputs);
      for (int i = 0; i < expected.size(); i++) {
        for (int k = 0; k < expected.get(i).length; k++) {
          double e = expected.get(i)[k];
          assertEquals(e, actual.get(i)[k], tolerance * (1 + Math.abs(e)), dtype + " " + i);
        }
      }
    }
  }

  /** A running value is replaced by what the same kernel computes, and read by it before. */
  @Test
  void updatesOfRowsKeepWhatIsStillRead() {
    for (Session session : List.of(REFERENCE, INTERPRETER, CPU)) {
      Storage running = Storage.zeros(TensorType.f32(40));
      Tensor old = Tensor.of(running).add(1);
      Tensor x = numbers(1, 40, 50);
      Tensor mean = x.mean(1).mul(0.5).add(old);
      Tensor y = x.sub(mean.restore(x.shape(), 1)).mul(old.restore(x.shape(), 1));
      Step step =
          session.compile(
              List.of(y), List.of(new Graph.Assignment(running, y.sum(1).add(old).value())));
      step.run();
      step.run();
      Storage out = Storage.zeros(new TensorType(DType.F32, Shape.of(40, 50)));
      step.read(0, out.host());
      double first = numbers(1, 40, 50).toDoubleArray()[0];
      double mean0 = 0;
      double[] values = numbers(1, 40, 50).toDoubleArray();
      for (int k = 0; k < 50; k++) {
        mean0 += values[k] / 50;
      }
      double before = 1;
      double sum = 50 * (mean0 - 0.5 * mean0 - before) * before + before;
      double then = sum + 1;
      assertEquals(
          (first - 0.5 * mean0 - then) * then,
          HostMemory.get(out.host(), DType.F32, 0),
          1e-2,
          session.backend().name());
    }
  }
}

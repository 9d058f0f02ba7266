package kortex.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Control;
import kortex.graph.Evaluator;
import kortex.graph.Graph;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.rewrite.Simplify;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.KortexException;
import kortex.tensor.PlaceholderException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import org.junit.jupiter.api.Test;

/** Transforms of functions, and transforms of those. */
class TransformsTest {
  private static final Function<Tensor, Tensor> CUBES = x -> x.mul(x).mul(x).sum();
  private static final Tensor X = f64(0.5, -1.5, 2);

  private static Tensor f64(double... values) {
    return Tensor.of(values, values.length);
  }

  private static void equal(double[] expected, Tensor actual) {
    assertArrayEquals(expected, actual.toDoubleArray(), 1e-12);
  }

  /** How many ops are left of a computation when it is compiled, without constants and leaves. */
  private static long ops(Tensor x) {
    return Simplify.run(Graph.capture(List.of(x.value()), List.of()).graph()).entries().stream()
        .filter(e -> !e.inputs().isEmpty())
        .count();
  }

  @Test
  void derivativesOfAnyOrder() {
    UnaryOperator<Tensor> first = Transforms.grad(CUBES);
    equal(new double[] {0.75, 6.75, 12}, first.apply(X));
    Function<Tensor, Tensor> second = Transforms.grad(x -> first.apply(x).sum());
    equal(new double[] {3, -9, 12}, second.apply(X));
    equal(new double[] {6, 6, 6}, Transforms.grad(x -> second.apply(x).sum()).apply(X));
    var both = Transforms.valueAndGrad(Structure.tensor(), CUBES).apply(X);
    assertEquals(0.125 - 3.375 + 8, both.value().item(), 1e-12);
    equal(new double[] {0.75, 6.75, 12}, both.gradient());
  }

  @Test
  void whatIsCapturedIsConstant() {
    equal(X.toDoubleArray(), Transforms.grad(x -> x.mul(X).sum()).apply(X));
    // The example of Siskind and Pearlmutter, "Perturbation confusion", 2005: d/dx x·(d/dy x·y).
    Tensor one = f64(1).sum();
    Function<Tensor, Tensor> outer = x -> x.mul(Transforms.grad((Tensor y) -> x.mul(y)).apply(one));
    assertEquals(2, Transforms.grad(outer).apply(one).item());
    Function<Tensor, Tensor> sum =
        x -> x.mul(Transforms.jvp((Tensor y) -> x.add(y), one, one).tangent());
    assertEquals(1, Transforms.grad(sum).apply(one).item());
    assertEquals(1, Transforms.jvp(sum, one, one).tangent().item());
  }

  @Test
  void loopsAndBranchesSeeArgumentsThatTheyCapture() {
    // repeat: x⁵, cond: x³, checkpoint: x²; together 5x⁴ + 3x² + 2x.
    Function<Tensor, Tensor> f =
        x -> {
          Tensor one = Tensor.full(x.type(), 1);
          Tensor loop =
              Control.iterate(5, List.of(one), c -> List.of(c.getFirst().mul(x))).getFirst();
          Tensor branch =
              Control.cond(x.sum().greater(0), () -> List.of(x.mul(x).mul(x)), () -> List.of(x))
                  .getFirst();
          Tensor kept = BackwardPass.checkpoint(List.of(), none -> List.of(x.mul(x))).getFirst();
          return loop.add(branch).add(kept).sum();
        };
    double[] expected = {5 + 3 + 2, 5 * 16 + 3 * 4 + 2 * 2};
    Tensor stored = Tensor.of(new double[] {1, 2}, 2);
    equal(expected, Transforms.grad(f).apply(stored));
    equal(expected, Transforms.jacobian(f).apply(stored));
    equal(
        new double[] {expected[0] + expected[1]},
        Transforms.jvp(f, stored, Tensor.full(stored.type(), 1)).tangent());
    // Views and constants are as good as stored numbers.
    Tensor view = Tensor.of(new double[] {1, 2}, 1, 2).reshape(2);
    equal(expected, Autodiff.grad(f.apply(view), view));
    Tensor constant = Tensor.full(stored.type(), 2);
    equal(new double[] {96, 96}, Autodiff.grad(f.apply(constant), constant));
  }

  @Test
  void numbersMayBeAskedForWhereThereAreSome() {
    Function<Tensor, Tensor> f = x -> x.sum().item() > 0 ? x.square().sum() : x.sum();
    equal(new double[] {1, -3, 4}, Transforms.grad(f).apply(X));
    equal(new double[] {1, 1, 1}, Transforms.grad(f).apply(X.neg()));
  }

  @Test
  void variablesAreArguments() {
    Variable w = Variable.of("w", f64(1, 2));
    equal(new double[] {3, 12}, Transforms.grad(CUBES).apply(w));
    assertTrue(w.gradient().isEmpty());
  }

  @Test
  void pullbacksMayBeUsedTwiceAndTransformed() {
    var at = Transforms.vjp((Tensor x) -> x.square(), X);
    equal(new double[] {0.25, 2.25, 4}, at.value());
    equal(new double[] {1, -3, 4}, at.pullback().apply(f64(1, 1, 1)));
    equal(new double[] {2, 0, 0}, at.pullback().apply(f64(2, 0, 0)));
    Tensor eye = Tensor.of(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3);
    equal(
        new double[] {1, 0, 0, 0, -3, 0, 0, 0, 4},
        Transforms.vmap(at.pullback()::apply).apply(eye));
  }

  @Test
  void forwardsLeavesNothingOfItsDummyBehind() {
    // tanh, t·t, 1 − t·t and its product with the tangent: what one would write.
    assertEquals(4, ops(Transforms.jvp(Tensor::tanh, X, f64(1, 2, 3)).tangent()));
    Function<Tensor, Tensor> chain = x -> x.exp().mul(x).sin().sum();
    // e^x, e^x·x, its cosine; v·e^x, v·e^x·x, their sum, times the cosine, summed.
    assertEquals(8, ops(Transforms.jvp(chain, X, f64(1, 2, 3)).tangent()));
    double[] expected = new double[3];
    for (int i = 0; i < 3; i++) {
      double t = Math.tanh(X.toDoubleArray()[i]);
      expected[i] = (1 - t * t) * (i + 1);
    }
    equal(expected, Transforms.jvp(Tensor::tanh, X, f64(1, 2, 3)).tangent());
    equal(new double[] {0, 0, 0}, Transforms.jvp(Tensor::stopGradient, X, X).tangent());
    equal(X.toDoubleArray(), Transforms.jvp(x -> x, X, X).tangent());
  }

  @Test
  void jacobiansForwardsAndBackwards() {
    Tensor m = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    UnaryOperator<Tensor> wide = Transforms.jacobian(x -> m.matmul(x.square()));
    assertEquals(Shape.of(2, 3), wide.apply(X).shape());
    equal(new double[] {1, -6, 12, 4, -15, 24}, wide.apply(X));
    UnaryOperator<Tensor> tall = Transforms.jacobian(x -> m.transpose().matmul(x.square()));
    assertEquals(Shape.of(3, 2), tall.apply(f64(0.5, 1)).shape());
    equal(new double[] {1, 8, 2, 10, 3, 12}, tall.apply(f64(0.5, 1)));
    Tensor whole = Transforms.jacobian((Tensor x) -> x.sum(0)).apply(m);
    assertEquals(Shape.of(3, 2, 3), whole.shape());
    equal(new double[] {1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1}, whole);
    assertEquals(Shape.of(0, 3), Transforms.jacobian(x -> noRows(x)).apply(X).shape());
  }

  private static Tensor noRows(Tensor x) {
    return Tensor.of(new double[0], 0, 3).matmul(x);
  }

  @Test
  void hessiansAndTheirProducts() {
    Function<Tensor, Tensor> g = x -> x.matmul(x.square().add(1).log());
    Tensor hessian = Transforms.hessian(g).apply(X);
    Tensor v = f64(1, -2, 0.5);
    equal(hessian.matmul(v).toDoubleArray(), Transforms.hessianVectorProduct(g).apply(X, v));
    double[] byHand = new double[9];
    for (int i = 0; i < 3; i++) {
      double x = X.toDoubleArray()[i];
      byHand[i * 4] = (2 * x * (x * x + 3)) / Math.pow(x * x + 1, 2);
    }
    equal(byHand, hessian);
    Function<Tensor, Tensor> gradient = Transforms.grad(g);
    equal(hessian.toDoubleArray(), Transforms.jacobian(gradient).apply(X));
    equal(hessian.matmul(v).toDoubleArray(), Transforms.jvp(gradient, X, v).tangent());
  }

  /** A user's parameters. */
  record Params(Tensor w, Tensor b) {
    static final Structure<Params> STRUCTURE =
        Structure.of(t -> new Params(t.get(0), t.get(1)), Params::w, Params::b);
  }

  @Test
  void gradientsHaveTheStructureOfTheArgument() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
    Function<Params, Tensor> f = p -> x.matmul(p.w()).add(p.b()).square().sum();
    Params at = new Params(f64(1, -1), f64(0.5));
    Params g = Transforms.grad(Params.STRUCTURE, f).apply(at);
    equal(new double[] {-4, -6}, g.w());
    equal(new double[] {-2}, g.b());
    Params hv = Transforms.hessianVectorProduct(Params.STRUCTURE, f).apply(at, at);
    equal(new double[] {2 * (-0.5 - 1.5), 2 * (2 * -0.5 - 4 * 0.5)}, hv.w());
    List<Params> blocks = Transforms.hessian(Params.STRUCTURE, f).apply(at);
    assertEquals(Shape.of(1, 2), blocks.get(1).w().shape());
    equal(new double[] {8, 12}, blocks.get(1).w());
    Structure<Map<String, Tensor>> map = Structure.map(Structure.tensor());
    Map<String, Tensor> named =
        Transforms.grad(map, (Map<String, Tensor> p) -> at(p, "a").mul(at(p, "b")).sum())
            .apply(Map.of("a", f64(2), "b", f64(3)));
    equal(new double[] {3}, at(named, "a"));
    equal(new double[] {2}, at(named, "b"));
  }

  private static Tensor at(Map<String, Tensor> map, String name) {
    return Objects.requireNonNull(map.get(name));
  }

  private static BiFunction<Tensor, Tensor, Tensor> two(
      Mapping mapping, BiFunction<Tensor, Tensor, Tensor> f) {
    Function<List<Tensor>, Tensor> mapped =
        Transforms.vmap(
            Structure.tensors(), Structure.tensor(), mapping, xs -> f.apply(xs.get(0), xs.get(1)));
    return (a, b) -> mapped.apply(List.of(a, b));
  }

  @Test
  void mapsAlongAnyAxis() {
    Tensor m = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Optional<Integer> none = Optional.empty();
    Mapping columns = new Mapping(List.of(Optional.of(1), none), -1);
    BiFunction<Tensor, Tensor, Tensor> scaled = two(columns, (c, v) -> c.mul(v));
    assertEquals(Shape.of(2, 3), scaled.apply(m, f64(10, 100)).shape());
    equal(new double[] {10, 20, 30, 400, 500, 600}, scaled.apply(m, f64(10, 100)));
    BiFunction<Tensor, Tensor, Tensor> dots =
        two(new Mapping(List.of(Optional.of(0), none), 0), (r, v) -> r.matmul(v));
    equal(new double[] {14, 32}, dots.apply(m, f64(1, 2, 3)));
    // What does not depend on a member is the same for all.
    equal(new double[] {7, 7}, Transforms.vmap(x -> f64(7).sum()).apply(f64(1, 2)));
    assertEquals(Shape.of(0, 3), Transforms.vmap(x -> x.mul(2)).apply(empty()).shape());
    equal(new double[0], Transforms.vmap(x -> x.square().sum()).apply(empty()));
  }

  private static Tensor empty() {
    return Tensor.of(new double[0], 0, 3);
  }

  @Test
  void mapsNest() {
    Tensor a = f64(1, 2, 3);
    Tensor b = f64(10, 20);
    Tensor table = Transforms.vmap(x -> Transforms.vmap(y -> x.mul(y).add(x)).apply(b)).apply(a);
    equal(new double[] {11, 21, 22, 42, 33, 63}, table);
    Tensor each = Transforms.vmap(x -> Transforms.grad(CUBES).apply(x.mul(b))).apply(a);
    equal(new double[] {300, 1200, 1200, 4800, 2700, 10800}, each);
    Tensor mixed =
        Transforms.vmap(x -> Transforms.jacobian((Tensor y) -> x.mul(y.square())).apply(b))
            .apply(a);
    assertEquals(Shape.of(3, 2, 2), mixed.shape());
    equal(new double[] {20, 0, 0, 40, 40, 0, 0, 80, 60, 0, 0, 120}, mixed);
    Function<Tensor, Tensor> total = x -> Transforms.vmap(y -> y.mul(y).mul(y)).apply(x).sum();
    equal(Transforms.grad(CUBES).apply(X).toDoubleArray(), Transforms.grad(total).apply(X));
    equal(new double[] {3, -9, 12}, Transforms.jvp(Transforms.grad(total), X, one(3)).tangent());
  }

  private static Tensor one(int n) {
    return Tensor.full(f64(new double[n]).type(), 1);
  }

  @Test
  void gradientsOfEveryExample() {
    Tensor w = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
    BiFunction<Tensor, Tensor, Tensor> loss = (p, x) -> x.matmul(p).tanh().square().sum();
    Tensor xs = Tensor.of(new double[] {0.1, 0.2, 0.3, -0.1, 0.5, -0.3}, 2, 3);
    Tensor each =
        Transforms.vmap(x -> Transforms.grad((Tensor p) -> loss.apply(p, x)).apply(w)).apply(xs);
    assertEquals(Shape.of(2, 3, 2), each.shape());
    Tensor total = Transforms.grad((Tensor p) -> loss.apply(p, xs)).apply(w);
    equal(total.toDoubleArray(), each.sum(0));
  }

  private static Function<Tensor, Tensor> chain(int length) {
    Tensor factor = f64(0, -1, 1);
    return x -> {
      Tensor y = x;
      for (int i = 0; i < length; i++) {
        y = y.mul(factor);
      }
      return y.sum();
    };
  }

  @Test
  void longChainsNeedNoStack() {
    int length = 100_000;
    Tensor g = Transforms.grad(chain(length)).apply(X);
    assertTrue(entries(g) >= length);
    assertTrue(entries(Transforms.jvp(chain(length), X, X).tangent()) >= length);
    assertTrue(entries(Transforms.vmap(chain(length)).apply(X.reshape(3, 1))) >= length);
    assertTrue(entries(Transforms.hessian(chain(length)).apply(X)) > 0);
    Evaluator session = Session.on(ReferenceBackend.create());
    Tensor shorter = Transforms.grad(chain(4000)).apply(X);
    double[] numbers = ScopedValue.where(Evaluator.SCOPED, session).call(shorter::toDoubleArray);
    assertArrayEquals(new double[] {0, 1, 1}, numbers);
  }

  private static int entries(Tensor x) {
    return Simplify.run(Graph.capture(List.of(x.value()), List.of()).graph()).entries().size();
  }

  @Test
  void theHistoryOfAnArgumentCostsNothing() {
    Tensor x = X;
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < 6000; i++) {
      x = x.sub(Transforms.grad(CUBES).apply(x).mul(1e-3));
    }
    // Walking all of the history at each step would visit two hundred million nodes.
    long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    assertTrue(spent < 5e9, spent / 1e9 + " s");
    assertEquals(Shape.of(3), x.shape());
  }

  private static KortexException fails(Supplier<Object> body) {
    return assertThrows(KortexException.class, body::get);
  }

  @Test
  void aPlaceholderHasNoNumbers() {
    List<Tensor> leaked = new ArrayList<>();
    for (Function<Tensor, Object> ask :
        List.<Function<Tensor, Object>>of(
            Tensor::item, Tensor::toDoubleArray, x -> Variable.of("v", x))) {
      Function<Tensor, Tensor> asks =
          x -> {
            leaked.add(x);
            return ask.apply(x.mul(2)).equals(1) ? x : x.neg();
          };
      KortexException e = fails(() -> Transforms.vmap(asks).apply(X));
      assertTrue(e instanceof PlaceholderException, e::getMessage);
      assertTrue(
          e.what().contains("f64[] has no numbers: it stands for one member of argument 0 of vmap"),
          e::what);
    }
    assertThrows(PlaceholderException.class, () -> leaked.getFirst().add(1).item());
  }

  @Test
  void aPlaceholderPrintsAsWhatItStandsFor() {
    List<String> texts = new ArrayList<>();
    UnaryOperator<Tensor> prints =
        x -> {
          texts.add(x.toString());
          texts.add(x.mul(2).toString());
          texts.add(Tensor.of(1f, 2f).toString());
          return x;
        };
    assertEquals(X.type(), Transforms.vmap(prints).apply(X).type());
    assertEquals(
        List.of(
            "f64[], stands for one member of argument 0 of vmap",
            "f64[], computed from one member of argument 0 of vmap",
            "[1. 2.]"),
        texts);
  }

  @Test
  void mistakesAreSaid() {
    Tensor integers = X.cast(DType.I32);
    List<Supplier<Object>> wrong =
        List.of(
            () -> Transforms.grad(x -> x).apply(X),
            () -> Transforms.grad(x -> x.sum()).apply(integers),
            () -> Transforms.grad(x -> x.sum().cast(DType.I32)).apply(X),
            () -> Transforms.jvp(x -> x.less(X), X, X),
            () -> Transforms.jvp(x -> x, X, f64(1)),
            () -> Transforms.vjp((Tensor x) -> x, X).pullback().apply(integers),
            () -> Transforms.vmap(x -> x).apply(X.sum()),
            () -> two(Mapping.first(), Tensor::add).apply(X, f64(1, 2)),
            () -> two(new Mapping(List.of(Optional.of(0)), 0), Tensor::add).apply(X, X),
            () ->
                two(new Mapping(List.of(Optional.empty(), Optional.empty()), 0), Tensor::add)
                    .apply(X, X),
            () -> two(new Mapping(List.of(), 1), Tensor::add).apply(X, X),
            () -> GradCheck.of(CUBES, X.cast(DType.F32)));
    List<Class<?>> errors =
        List.of(
            ShapeException.class,
            DTypeException.class,
            DTypeException.class,
            DTypeException.class,
            ShapeException.class,
            DTypeException.class,
            ShapeException.class,
            ShapeException.class,
            SettingException.class,
            SettingException.class,
            ShapeException.class,
            DTypeException.class);
    for (int i = 0; i < wrong.size(); i++) {
      KortexException e = fails(wrong.get(i));
      assertEquals(errors.get(i), e.getClass(), i + ": " + e.getMessage());
    }
    assertEquals(
        "vmap maps 3 members of argument 0, f64[3], along axis 0, but 2 of argument 1, f64[2],"
            + " along axis 0",
        fails(wrong.get(7)).what());
  }

  @Test
  void gradCheckFindsAWrongGradient() {
    GradCheck right = GradCheck.of(CUBES, X);
    assertTrue(right.passed(), right::toString);
    assertEquals(3, right.checked());
    assertTrue(right.toString().startsWith("gradients agree: 3 elements within 1.0E-6; worst: "));
    GradCheck wrong = GradCheck.of(x -> x.square().add(x.stopGradient().mul(x)).sum(), X);
    assertEquals(3, wrong.wrong());
    assertEquals(List.of(2L), wrong.worst().orElseThrow().position());
    assertEquals(
        "gradients differ: 3 of 3 elements by more than 1.0E-6; worst: argument 0 at [2],"
            + " gradient 6.00000000, difference quotient 8.00000000",
        wrong.toString().replaceAll("(\\d\\.\\d{8})\\d*", "$1"));
    assertTrue(!GradCheck.of(x -> x.mul(Double.NaN).sum(), X).passed());
    assertEquals(0, GradCheck.of(Tensor::sum, f64()).checked());
    assertEquals(500, GradCheck.of(Tensor::sum, f64(new double[1000])).checked());
  }
}

package kortex.op;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Tensor;
import kortex.model.Activations;
import kortex.model.Golden;
import kortex.session.Fresh;
import kortex.session.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions, reductions and products with their gradients, against PyTorch's in double. */
class FunctionGoldenTest {
  private static final Golden GOLDEN = Golden.load("elementwise");
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");

  private static final Map<String, UnaryOperator<Tensor>> FUNCTIONS =
      Map.ofEntries(
          entry("exp", Tensor::exp),
          entry("expm1", Tensor::expm1),
          entry("exp2", Tensor::exp2),
          entry("log", Tensor::log),
          entry("log1p", Tensor::log1p),
          entry("log2", Tensor::log2),
          entry("log10", Tensor::log10),
          entry("sqrt", Tensor::sqrt),
          entry("rsqrt", Tensor::rsqrt),
          entry("reciprocal", Tensor::reciprocal),
          entry("square", Tensor::square),
          entry("sin", Tensor::sin),
          entry("cos", Tensor::cos),
          entry("tan", Tensor::tan),
          entry("asin", Tensor::asin),
          entry("acos", Tensor::acos),
          entry("atan", Tensor::atan),
          entry("sinh", Tensor::sinh),
          entry("cosh", Tensor::cosh),
          entry("tanh", Tensor::tanh),
          entry("asinh", Tensor::asinh),
          entry("acosh", Tensor::acosh),
          entry("atanh", Tensor::atanh),
          entry("erf", Tensor::erf),
          entry("erfc", Tensor::erfc),
          entry("erfinv", Tensor::erfinv),
          entry("lgamma", Tensor::lgamma),
          entry("digamma", Tensor::digamma),
          entry("trigamma", x -> x.polygamma(1)),
          entry("polygamma3", x -> x.polygamma(3)),
          entry("sigmoid", Tensor::sigmoid),
          entry("abs", Tensor::abs),
          entry("sign", Tensor::sign),
          entry("floor", Tensor::floor),
          entry("ceil", Tensor::ceil),
          entry("trunc", Tensor::trunc),
          entry("round", Tensor::round),
          entry("neg", Tensor::neg),
          entry("deg2rad", Tensor::toRadians),
          entry("rad2deg", Tensor::toDegrees),
          entry("nanToNum", x -> x.nanToNum(1, 2, -3)),
          entry("clamp", x -> x.clamp(-1, 2)));

  private static final Map<String, UnaryOperator<Tensor>> ACTIVATIONS =
      Map.ofEntries(
          entry("softplus", Tensor::softplus),
          entry("logSigmoid", Tensor::logSigmoid),
          entry("relu", Activations::relu),
          entry("leakyRelu", x -> Activations.leakyRelu(x, 0.2)),
          entry("elu", x -> Activations.elu(x, 1.3)),
          entry("selu", Activations::selu),
          entry("celu", x -> Activations.celu(x, 1.7)),
          entry("gelu", Activations::gelu),
          entry("geluTanh", Activations::geluTanh),
          entry("silu", Activations::silu),
          entry("mish", Activations::mish),
          entry("softsign", Activations::softsign),
          entry("hardSigmoid", Activations::hardSigmoid),
          entry("hardSwish", Activations::hardSwish),
          entry("softmax", x -> Activations.softmax(x, 1)),
          entry("logSoftmax", x -> Activations.logSoftmax(x.mul(50), 1)),
          entry("glu", x -> Activations.glu(x, 1)),
          entry("swiglu", x -> Activations.swiglu(x, -1)));

  private static final Map<String, UnaryOperator<Tensor>> REDUCTIONS =
      Map.ofEntries(
          entry("sum", x -> x.sum(0, 2)),
          entry("mean", x -> x.mean(0, 2)),
          entry("max", x -> x.max(0, 2)),
          entry("min", x -> x.min(0, 2)),
          entry("variance", x -> x.variance(0, 2)),
          entry("correctedVariance", x -> x.correctedVariance(1, 0, 2)),
          entry("std", x -> x.std(0, 2)),
          entry("correctedStd", x -> x.correctedStd(2, 0, 2)),
          entry("prod", x -> x.prod(1)),
          entry("logSumExp", x -> x.mul(100).logSumExp(0, 2)),
          entry("norm1", x -> x.norm(1, 0, 2)),
          entry("norm2", x -> x.norm(2, 0, 2)),
          entry("norm3", x -> x.norm(3, 0, 2)),
          entry("normHalf", x -> x.norm(0.5, 0, 2)),
          entry("normMost", x -> x.norm(Double.POSITIVE_INFINITY, 0, 2)),
          entry("normLeast", x -> x.norm(Double.NEGATIVE_INFINITY, 0, 2)),
          entry("frobenius", Tensor::frobeniusNorm),
          entry("varianceFarOff", x -> x.variance(1)),
          entry("stdOfEqual", x -> x.std(1)),
          entry("normOfZeros", x -> x.norm(2, 1)),
          entry("prodOfZeros", x -> x.prod(1)));

  private static final Map<String, BinaryOperator<Tensor>> PAIRS =
      Map.ofEntries(
          entry("prelu", Activations::prelu),
          entry("preluOne", Activations::prelu),
          entry("atan2", Tensor::atan2),
          entry("hypot", Tensor::hypot),
          entry("copySign", Tensor::copySign),
          entry("pow", Tensor::pow),
          entry("floorMod", Tensor::rem),
          entry("remainder", Tensor::remainder),
          entry("squaredDifference", Tensor::squaredDifference),
          entry("cross", (a, b) -> a.cross(b, 1)),
          entry("kron", Tensor::kron),
          entry("outer", Tensor::outer),
          entry("inner", Tensor::inner),
          entry("dot", (a, b) -> a.dot(b).reshape(1)),
          entry("tensordot", (a, b) -> a.tensordot(b, List.of(2, 0), List.of(1, 2))),
          entry("tensordotLast", (a, b) -> a.tensordot(b, 2)));

  private static Map<String, Function<List<Tensor>, Tensor>> all() {
    Map<String, Function<List<Tensor>, Tensor>> out = new HashMap<>();
    Stream.of(FUNCTIONS, ACTIVATIONS, REDUCTIONS)
        .forEach(m -> m.forEach((name, f) -> out.put(name, in -> f.apply(in.getFirst()))));
    PAIRS.forEach((name, f) -> out.put(name, in -> f.apply(in.get(0), in.get(1))));
    out.put("lerp", in -> in.get(0).lerp(in.get(1), in.get(2)));
    return out;
  }

  static Stream<String> names() {
    return all().keySet().stream().sorted();
  }

  @Test
  void everyGoldenCaseIsRun() {
    TreeSet<String> golden = new TreeSet<>();
    GOLDEN.file().tensors().keySet().stream()
        .filter(n -> n.contains("/"))
        .forEach(n -> golden.add(n.substring(0, n.indexOf('/'))));
    assertEquals(golden, new TreeSet<>(all().keySet()));
  }

  @ParameterizedTest
  @MethodSource("names")
  void valuesAndGradientsArePytorchs(String name) {
    Function<List<Tensor>, Tensor> f = Objects.requireNonNull(all().get(name));
    List<Tensor> inputs = new ArrayList<>();
    while (GOLDEN.file().tensors().containsKey(name + "/x" + inputs.size())) {
      inputs.add(GOLDEN.tensor(name + "/x" + inputs.size()));
    }
    for (Session session : List.of(REFERENCE, CPU)) {
      String where = name + " on " + session.backend().name();
      for (int i = 0; i <= inputs.size(); i++) {
        String key = i == 0 ? name + "/y" : name + "/dx" + (i - 1);
        Tensor expected = GOLDEN.tensor(key);
        Tensor y = f.apply(inputs);
        Tensor actual = i == 0 ? y : gradient(name, y, inputs.get(i - 1));
        assertEquals(expected.shape(), actual.shape(), key);
        double[] numbers = Fresh.numbers(session, actual);
        // PyTorch's derivatives of the gamma function are good to 1e-9 only; FunctionsTest has
        // exact values.
        double tolerance = name.endsWith("gamma") || name.startsWith("polygamma") ? 1e-9 : 2e-13;
        close(expected.toDoubleArray(), numbers, tolerance, where + ", " + key);
      }
    }
  }

  private static Tensor gradient(String name, Tensor y, Tensor x) {
    return Autodiff.grad(y.mul(GOLDEN.tensor(name + "/dy")).sum(), x);
  }

  @Test
  void secondDerivativesOfProductsAreRightAtZeros() {
    Tensor x = GOLDEN.tensor("prodOfZeros/x0");
    Tensor weights = Tensor.of(new double[] {1, -2, 0.5}, 3);
    Tensor first = Autodiff.grad(x.prod(1).sum(), x);
    Tensor second = Autodiff.grad(first.mul(weights).sum(), x);
    close(GOLDEN.tensor("prodSecond").toDoubleArray(), second.toDoubleArray(), 1e-14, "second");
  }

  private static void close(double[] expected, double[] actual, double tolerance, String what) {
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(expected[i] - actual[i]);
      boolean same = Double.compare(expected[i], actual[i]) == 0;
      int at = i;
      assertTrue(
          same || error <= tolerance * (1 + Math.abs(expected[i])),
          () -> what + " at " + at + ": expected " + expected[at] + ", got " + actual[at]);
    }
  }
}

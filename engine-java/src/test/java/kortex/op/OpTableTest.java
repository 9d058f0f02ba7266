package kortex.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.GraphEmit;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.session.Fresh;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every op: forward on every backend and dtype, fused as alone, and first and second derivatives
 * against finite differences in double.
 */
class OpTableTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session INTERPRETER = Session.on(ReferenceBackend.interpreting());
  private static final Session CPU = Session.open("cpu");

  /** Makes small numbers large enough for products to wrap. */
  private static final double INTEGER_SPREAD = 20;

  static Stream<OpCase> cases() {
    return OpTable.cases().stream();
  }

  static Stream<OpCase> differentiable() {
    return cases().filter(OpCase::differentiable);
  }

  @Test
  void everyOpHasARow() {
    Set<Class<?>> covered = new HashSet<>();
    cases().forEach(c -> covered.add(c.op().apply(DType.F64).getClass()));
    Set<Class<?>> missing = new HashSet<>(records(Op.class));
    missing.removeAll(covered);
    missing.remove(Leaf.Read.class);
    assertEquals(Set.of(), missing, "ops without a row in OpTable");
  }

  private static List<Class<?>> records(Class<?> family) {
    if (family.isRecord()) {
      return List.of(family);
    }
    List<Class<?>> out = new ArrayList<>();
    for (Class<?> member : family.getPermittedSubclasses()) {
      out.addAll(records(member));
    }
    return out;
  }

  static List<Storage> random(OpCase row, DType dtype, int seed) {
    SplittableRandom random = new SplittableRandom(row.name().hashCode() * 31L + seed);
    List<Storage> out = new ArrayList<>();
    for (OpCase.Operand operand : row.inputs()) {
      Storage storage = Storage.zeros(operand.type(dtype));
      for (long i = 0; i < operand.shape().size(); i++) {
        double x = operand.low() + random.nextDouble() * (operand.high() - operand.low());
        x += operand.shift(i);
        boolean bool = operand.type(dtype).dtype() == DType.BOOL;
        boolean wide = operand.dtype().isEmpty() && dtype.isInteger();
        double spread = wide ? INTEGER_SPREAD : 1;
        HostMemory.set(storage.host(), storage.type().dtype(), i, bool ? (int) x & 1 : x * spread);
      }
      out.add(storage);
    }
    return out;
  }

  static Tensor apply(OpCase row, DType dtype, List<Tensor> inputs) {
    List<Value> values = inputs.stream().map(Tensor::value).toList();
    return Tensor.of(GraphEmit.INSTANCE.emit(row.op().apply(dtype), values).get(row.output()));
  }

  static double[] run(Session session, Tensor tensor) {
    return Fresh.numbers(session, tensor);
  }

  /** As a step that is compiled for many runs: other code than that of {@link #run} on the CPU. */
  private static double[] runCompiled(Tensor tensor) {
    Step step = CPU.compile(List.of(tensor), List.of());
    step.run();
    Storage out = Storage.zeros(tensor.type());
    step.read(0, out.host());
    return Tensor.of(out).toDoubleArray();
  }

  static List<Tensor> tensors(List<Storage> storages) {
    return storages.stream().map(Tensor::of).toList();
  }

  /** Every element to within {@code tolerance} of itself, or of 1 if it is smaller. */
  static void close(double[] expected, double[] actual, double tolerance, String what) {
    double[] scales = Arrays.stream(expected).map(x -> 1 + Math.abs(x)).toArray();
    close(expected, actual, scales, tolerance, what);
  }

  /** As {@link #close}, but for sums, to within {@code tolerance} of the largest: they cancel. */
  static void closeSums(double[] expected, double[] actual, double tolerance, String what) {
    double most = Arrays.stream(expected).filter(Double::isFinite).map(Math::abs).max().orElse(0);
    double[] scales = new double[expected.length];
    Arrays.fill(scales, 1 + most);
    close(expected, actual, scales, tolerance, what);
  }

  /** As {@link #close}, or as {@link #closeSums} if the op adds up. */
  static void close(OpCase row, double[] expected, double[] actual, double tolerance, String what) {
    if (addsUp(row.op().apply(DType.F64))) {
      closeSums(expected, actual, tolerance, what);
    } else {
      close(expected, actual, tolerance, what);
    }
  }

  private static boolean addsUp(Op op) {
    return switch (op) {
      case Reduce _, Accumulate _, MatMul _, Attention _, LinearAlgebra _ -> true;
      case Convolution _, Pooling _, Region _ -> true;
      case Leaf _, Unary _, Binary _, Select _, View _, Join _, Index _, ArgSort _, Random _ ->
          op instanceof Scatter;
    };
  }

  private static void close(
      double[] expected, double[] actual, double[] scales, double tolerance, String what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      boolean same =
          expected[i] == actual[i]
              || Math.abs(expected[i] - actual[i]) <= tolerance * scales[i]
              || (Double.isNaN(expected[i]) && Double.isNaN(actual[i]));
      int at = i;
      assertTrue(
          same, () -> what + " at " + at + ": expected " + expected[at] + ", got " + actual[at]);
    }
  }

  /** The dtypes that an op takes: those that its {@code infer} does not refuse. */
  private static List<DType> dtypes(OpCase row) {
    List<DType> out = new ArrayList<>();
    for (DType dtype : DType.values()) {
      try {
        row.op().apply(dtype).infer(row.inputs().stream().map(o -> o.type(dtype)).toList());
        out.add(dtype);
      } catch (DTypeException e) {
        // Refused with a reason, which is what the op promises.
      }
    }
    return out;
  }

  private static double tolerance(DType dtype) {
    return switch (dtype) {
      case F64 -> 1e-12;
      case F32 -> 2e-6;
      case F16 -> 0x1p-10;
      case BF16 -> 0x1p-7;
      case I64, I32, I16, I8, U8, BOOL -> 0;
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void forwardAgreesOnEveryBackend(OpCase row) {
    List<DType> dtypes = dtypes(row);
    assertTrue(dtypes.contains(DType.F32) && dtypes.contains(DType.BF16), row + " takes " + dtypes);
    for (DType dtype : dtypes) {
      List<Storage> inputs = random(row, dtype, 1);
      Tensor y = apply(row, dtype, tensors(inputs));
      double[] expected = run(REFERENCE, y);
      double tolerance = y.dtype().isFloat() ? Math.max(tolerance(dtype), tolerance(y.dtype())) : 0;
      close(
          row,
          expected,
          run(INTERPRETER, apply(row, dtype, tensors(inputs))),
          tolerance,
          row + " interpreted " + dtype);
      Tensor again = apply(row, dtype, tensors(inputs));
      close(row, expected, run(CPU, again), tolerance, row + " cpu " + dtype);
      if (dtype == DType.F32 || dtype == DType.F64) {
        Tensor compiled = apply(row, dtype, tensors(inputs));
        close(row, expected, runCompiled(compiled), tolerance, row + " compiled " + dtype);
      }
      if (row.oracle().isPresent() && dtype.isFloat()) {
        double[][] raw =
            tensors(inputs).stream().map(Tensor::toDoubleArray).toArray(double[][]::new);
        close(row, row.oracle().get().apply(raw), expected, tolerance, row + " oracle " + dtype);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void fusedAgreesWithUnfused(OpCase row) {
    List<Storage> inputs = random(row, DType.F32, 2);
    Function<List<Tensor>, Tensor> chain =
        in -> {
          List<Tensor> shifted =
              in.stream().map(t -> t.dtype().isFloat() ? t.mul(1.5).add(0.25).abs() : t).toList();
          Tensor y = apply(row, DType.F32, shifted).cast(DType.F32);
          return y.mul(2).add(1).tanh().add(y.mul(0.5));
        };
    double[] expected = run(REFERENCE, chain.apply(tensors(inputs)));
    close(
        row, expected, run(INTERPRETER, chain.apply(tensors(inputs))), 1e-5, row + " interpreted");
    close(row, expected, run(CPU, chain.apply(tensors(inputs))), 1e-5, row + " cpu");
    close(row, expected, runCompiled(chain.apply(tensors(inputs))), 1e-5, row + " compiled");
  }

  static Tensor weights(TensorType type, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[Math.toIntExact(type.size())];
    Arrays.setAll(values, i -> random.nextDouble() - 0.5);
    return Tensor.of(values, type.shape().toArray());
  }

  /** A scalar that depends on every output element in its own way. */
  private static Tensor scalar(Tensor y, int seed) {
    return y.cast(DType.F64).mul(weights(y.type(), seed)).sum();
  }

  static List<Integer> floats(List<Storage> inputs) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).type().dtype().isFloat()) {
        out.add(i);
      }
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void firstDerivativesAgreeWithFiniteDifferences(OpCase row) {
    List<Storage> inputs = random(row, DType.F64, 3);
    Function<List<Tensor>, Tensor> f = in -> scalar(apply(row, DType.F64, in), 11);
    check(row + " gradient", inputs, f);
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void secondDerivativesAgreeWithFiniteDifferences(OpCase row) {
    List<Storage> inputs = random(row, DType.F64, 4);
    Function<List<Tensor>, Tensor> f =
        in -> {
          List<Tensor> xs = floats(inputs).stream().map(in::get).toList();
          Tensor total = Tensor.full(new TensorType(DType.F64, kortex.tensor.Shape.SCALAR), 0);
          int seed = 20;
          // Squaring keeps the second derivative of linear ops from being zero everywhere.
          for (Tensor g : Autodiff.grad(scalar(apply(row, DType.F64, in).square(), 12), xs)) {
            total = total.add(scalar(g, seed++));
          }
          return total;
        };
    check(row + " second derivative", inputs, f);
  }

  private static void check(String what, List<Storage> inputs, Function<List<Tensor>, Tensor> f) {
    for (int i : floats(inputs)) {
      List<Tensor> at = tensors(inputs);
      double[] analytic = run(CPU, Autodiff.grad(f.apply(at), at.get(i)));
      double[] numeric = new double[analytic.length];
      double[] x = at.get(i).toDoubleArray();
      int step = Math.max(1, x.length / 40);
      for (int j = 0; j < x.length; j++) {
        numeric[j] = j % step == 0 ? difference(inputs, f, i, j, x) : analytic[j];
      }
      closeSums(numeric, analytic, 2e-6, what + " of input " + i);
    }
  }

  private static double difference(
      List<Storage> inputs, Function<List<Tensor>, Tensor> f, int i, int j, double[] x) {
    double h = 1e-5;
    double[] sides = new double[2];
    for (int side = 0; side < 2; side++) {
      List<Tensor> moved = new ArrayList<>(tensors(inputs));
      double[] y = x.clone();
      y[j] += side == 0 ? -h : h;
      moved.set(i, Tensor.of(y, inputs.get(i).type().shape().toArray()));
      sides[side] = run(REFERENCE, f.apply(moved))[0];
    }
    return (sides[1] - sides[0]) / (2 * h);
  }
}

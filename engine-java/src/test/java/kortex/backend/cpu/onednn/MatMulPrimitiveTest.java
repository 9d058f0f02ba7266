package kortex.backend.cpu.onednn;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.backend.cpu.natives.TestLibraries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MatMulPrimitiveTest {
  private static final OneDnn DNN = OneDnn.open(TestLibraries.SHARED);
  private static final Epilogue NONE = Epilogue.NONE;

  @AfterAll
  static void close() {
    DNN.close();
  }

  /** A product by loops over batches, rows, columns; C is dense. */
  private static double[] naive(
      TensorLayout a, float[] av, TensorLayout b, float[] bv, TensorLayout c) {
    int batches = (int) (c.span() / (c.size(-1) * c.size(-2)));
    int m = (int) c.size(-2);
    int n = (int) c.size(-1);
    double[] result = new double[batches * m * n];
    for (int batch = 0; batch < batches; batch++) {
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int k = 0; k < a.size(-1); k++) {
            sum += (double) av[at(a, c, batch, i, k)] * bv[at(b, c, batch, k, j)];
          }
          result[(batch * m + i) * n + j] = sum;
        }
      }
    }
    return result;
  }

  private static int at(TensorLayout operand, TensorLayout c, int batch, int row, int column) {
    int rank = operand.rank();
    long[] strides = operand.strides();
    long at = row * strides[rank - 2] + column * strides[rank - 1];
    int rest = batch;
    for (int axis = rank - 3; axis >= 0; axis--) {
      int index = (int) (rest % c.size(axis));
      rest /= (int) c.size(axis);
      at += operand.size(axis) == 1 ? 0 : index * strides[axis];
    }
    return (int) at;
  }

  private static void check(TensorLayout a, TensorLayout b, TensorLayout c) {
    float[] av = Floats.random(1, a.span());
    float[] bv = Floats.random(2, b.span());
    try (Arena arena = Arena.ofConfined();
        MatMulPrimitive product = MatMulPrimitive.create(DNN, a, b, c, NONE)) {
      MemorySegment result = Floats.garbage(arena, c.span());
      product.execute(Floats.copy(arena, av), Floats.copy(arena, bv), result);
      String what = a + " x " + b + " by " + product.implementation();
      Floats.assertClose(naive(a, av, b, bv, c), result, a.size(-1), what);
      assertFalse(product.implementation().contains("ref"), what);
    }
  }

  @Test
  void oddSizesInAllTranspositions() {
    long[] sizes = {1, 3, 17, 33};
    for (long m : sizes) {
      for (long k : sizes) {
        for (long n : sizes) {
          TensorLayout c = TensorLayout.dense(m, n);
          TensorLayout at = TensorLayout.dense(k, m).transposed();
          TensorLayout bt = TensorLayout.dense(n, k).transposed();
          check(TensorLayout.dense(m, k), TensorLayout.dense(k, n), c);
          check(at, TensorLayout.dense(k, n), c);
          check(TensorLayout.dense(m, k), bt, c);
          check(at, bt, c);
        }
      }
    }
  }

  @Test
  void batchesMayBeBroadcastPermutedAndSliced() {
    TensorLayout c = TensorLayout.dense(2, 3, 17, 9);
    check(TensorLayout.dense(2, 3, 17, 5), TensorLayout.dense(2, 3, 5, 9), c);
    check(TensorLayout.dense(2, 3, 17, 5), TensorLayout.dense(1, 1, 5, 9), c);
    check(TensorLayout.dense(1, 3, 17, 5), TensorLayout.dense(2, 1, 5, 9), c);
    // [batch, time, heads, width] seen as [batch, heads, time, width], as attention does.
    TensorLayout heads = TensorLayout.dense(2, 17, 3, 5).swapped(1, 2);
    TensorLayout keys = TensorLayout.dense(2, 9, 3, 5).swapped(1, 2).transposed();
    check(heads, keys, c);
    // Columns 0..4 of rows of 12.
    check(
        TensorLayout.of(new long[] {17, 5}, new long[] {12, 1}),
        TensorLayout.dense(5, 9),
        TensorLayout.dense(17, 9));
  }

  @Test
  void epilogueAddsBiasThenResidualThenActivates() {
    TensorLayout a = TensorLayout.dense(33, 17);
    TensorLayout b = TensorLayout.dense(17, 3);
    TensorLayout c = TensorLayout.dense(33, 3);
    float[] av = Floats.random(1, a.span());
    float[] bv = Floats.random(2, b.span());
    float[] bias = Floats.random(3, 3);
    float[] residual = Floats.random(4, c.span());
    Epilogue all = NONE.withBias().withResidual().with(Activation.TANH);
    try (Arena arena = Arena.ofConfined();
        MatMulPrimitive product = MatMulPrimitive.create(DNN, a, b, c, all);
        MatMulPrimitive adding = MatMulPrimitive.create(DNN, a, b, c, NONE.withResidual())) {
      MemorySegment result = Floats.garbage(arena, c.span());
      MemorySegment as = Floats.copy(arena, av);
      MemorySegment bs = Floats.copy(arena, bv);
      MemorySegment rs = Floats.copy(arena, residual);
      double[] expected = naive(a, av, b, bv, c);
      double[] sums = expected.clone();
      for (int i = 0; i < expected.length; i++) {
        sums[i] += residual[i];
        expected[i] = Math.tanh(sums[i] + bias[i % 3]);
      }
      product.execute(as, bs, List.of(Floats.copy(arena, bias), rs), result);
      Floats.assertClose(expected, result, 17, "bias, residual, tanh");
      adding.execute(as, bs, List.of(rs), result);
      Floats.assertClose(sums, result, 17, "residual");
      assertThrows(IllegalArgumentException.class, () -> product.execute(as, bs, result));
      assertThrows(
          IllegalArgumentException.class, () -> adding.execute(as, bs, List.of(as, rs), result));
    }
  }

  @Test
  void eachActivationIsItsFormula() {
    TensorLayout one = TensorLayout.dense(1, 1);
    for (Activation activation : Activation.values()) {
      for (float x : new float[] {-2, -0.5f, 0, 0.7f, 3, Float.NaN}) {
        try (Arena arena = Arena.ofConfined();
            MatMulPrimitive product =
                MatMulPrimitive.create(DNN, one, one, one, NONE.with(activation))) {
          MemorySegment result = arena.allocate(4);
          product.execute(
              arena.allocateFrom(JAVA_FLOAT, x), arena.allocateFrom(JAVA_FLOAT, 1), result);
          assertEquals(
              formula(activation, x), result.get(JAVA_FLOAT, 0), 2e-6, activation + " of " + x);
        }
      }
    }
  }

  private static double formula(Activation activation, double x) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> Math.max(x, 0);
      case TANH -> Math.tanh(x);
      case LOGISTIC -> 1 / (1 + Math.exp(-x));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case GELU_ERF -> x * normal(x);
    };
  }

  /** The normal distribution by its series around 0. */
  private static double normal(double x) {
    double term = x;
    double sum = x;
    for (int k = 1; k < 60; k++) {
      term *= x * x / (2 * k + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  @Test
  void buffersMayChangeAndWorkspaceMayMoveBetweenExecutions() {
    TensorLayout a = TensorLayout.dense(40, 40);
    float[] av = Floats.random(1, a.span());
    double[] expected = naive(a, av, a, av, a);
    try (Arena arena = Arena.ofConfined();
        MatMulPrimitive product = MatMulPrimitive.create(DNN, a, a, a, NONE)) {
      for (int i = 0; i < 3; i++) {
        MemorySegment result = Floats.garbage(arena, a.span());
        MemorySegment values = Floats.copy(arena, av);
        product.execute(values, values, result);
        Floats.assertClose(expected, result, 40, "run " + i);
        DNN.workspace().reserve(DNN.workspaceBytes() + 5000);
      }
    }
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    TensorLayout a = TensorLayout.dense(2, 3);
    assertThrows(IllegalArgumentException.class, () -> MatMulPrimitive.create(DNN, a, a, a, NONE));
    assertThrows(IllegalArgumentException.class, () -> TensorLayout.dense(2, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> TensorLayout.of(new long[] {2, 3}, new long[] {-3, 1}));
    assertThrows(ArithmeticException.class, () -> TensorLayout.dense(1L << 40, 1L << 40));
  }

  @Test
  void theLibraryIsTheOneThatWasChosen() {
    assertEquals("3.11.0", DNN.version());
    assertEquals(2, DNN.threads());
  }
}

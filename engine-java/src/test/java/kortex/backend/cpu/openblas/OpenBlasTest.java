package kortex.backend.cpu.openblas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import kortex.backend.cpu.natives.TestLibraries;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Graph;
import kortex.graph.Tensor;
import kortex.graph.Variable;
import kortex.op.MatMul;
import kortex.session.Fresh;
import kortex.session.Session;
import kortex.session.Step;
import kortex.tensor.DType;
import kortex.tensor.NumericException;
import kortex.tensor.Shape;
import org.junit.jupiter.api.Test;

class OpenBlasTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");

  private static double[] random(int seed, long... shape) {
    return new SplittableRandom(seed).doubles(Shape.of(shape).size(), -1, 1).toArray();
  }

  private static double[] run(Session session, Tensor tensor) {
    return Fresh.numbers(session, tensor);
  }

  @Test
  void saysItsVersion() {
    OpenBlas blas = new LazyOpenBlas(TestLibraries.SHARED).get().orElseThrow();
    assertTrue(blas.version().startsWith("0.3."), blas.version());
    assertTrue(CPU.backend().description().contains("OpenBLAS 0.3."));
  }

  @Test
  void largeProductsRunInPartsOfRows() {
    for (boolean a : new boolean[] {false, true}) {
      for (boolean b : new boolean[] {false, true}) {
        double[] left = random(1, 401, 385);
        double[] right = random(2, 401, 385);
        Tensor x = a ? Tensor.of(left, 385, 401) : Tensor.of(left, 401, 385);
        Tensor y = b ? Tensor.of(right, 401, 385) : Tensor.of(right, 385, 401);
        double[] expected = run(REFERENCE, x.apply(new MatMul(a, b), y));
        double[] actual = run(CPU, x.apply(new MatMul(a, b), y));
        assertArrayEquals(expected, actual, 1e-11);
      }
    }
  }

  @Test
  void largeStacksRunInPartsAndNameTheFirstBadMatrix() {
    double[] values = random(3, 500, 64, 64);
    for (int i = 0; i < 500 * 64; i++) {
      values[i * 64 + i % 64] += 64;
    }
    double[] inverses = run(CPU, Tensor.of(values, 500, 64, 64).inverse());
    double[] product =
        run(CPU, Tensor.of(values, 500, 64, 64).matmul(Tensor.of(inverses, 500, 64, 64)));
    for (int i = 0; i < product.length; i++) {
      assertEquals(i / 64 % 64 == i % 64 ? 1 : 0, product[i], 1e-12);
    }
    for (int bad : new int[] {499, 260, 17}) {
      java.util.Arrays.fill(values, bad * 4096, bad * 4096 + 4096, 0);
      Tensor stack = Tensor.of(values.clone(), 500, 64, 64);
      NumericException e = assertThrows(NumericException.class, () -> run(CPU, stack.inverse()));
      assertTrue(e.what().contains("matrix [" + bad + "]"), e.what());
    }
  }

  @Test
  void factorsAreNotKeptAcrossAnUpdateOfTheMatrix() {
    Variable w = Variable.of("w", Tensor.of(new double[] {2, 1, 1, 3}, 2, 2));
    Tensor next = w.mul(2);
    Graph.Assignment update =
        new Graph.Assignment(w.value().node().storage().orElseThrow(), next.value());
    Tensor before = w.inverse();
    Step step = CPU.compile(List.of(before, w.det(), next.inverse(), next.det()), List.of(update));
    MemorySegment[] results = new MemorySegment[4];
    for (int round = 0; round < 3; round++) {
      step.run();
      for (int i = 0; i < 4; i++) {
        results[i] = MemorySegment.ofArray(new double[i % 2 == 0 ? 4 : 1]);
        step.read(i, results[i]);
      }
      double scale = Math.pow(2, round);
      assertEquals(0.6 / scale, first(results[0]), 1e-14);
      assertEquals(5 * scale * scale, first(results[1]), 1e-11);
      assertEquals(0.3 / scale, first(results[2]), 1e-14);
      assertEquals(20 * scale * scale, first(results[3]), 1e-11);
    }
  }

  private static double first(MemorySegment data) {
    return data.get(ValueLayout.JAVA_DOUBLE, 0);
  }

  @Test
  void onlyFiniteNumbersAreFinite() {
    double[] edges = {0, -0.0, Double.MIN_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE};
    assertTrue(Numbers.finite(DType.F64, MemorySegment.ofArray(edges)));
    float[] narrow = {0, -0f, Float.MIN_VALUE, -Float.MAX_VALUE, Float.MAX_VALUE};
    assertTrue(Numbers.finite(DType.F32, MemorySegment.ofArray(narrow)));
    for (double bad : new double[] {Double.NaN, 1 / 0.0, -1 / 0.0}) {
      assertFalse(Numbers.finite(DType.F64, MemorySegment.ofArray(new double[] {1, bad, 2})));
      assertFalse(
          Numbers.finite(DType.F32, MemorySegment.ofArray(new float[] {1, (float) bad, 2})));
    }
  }
}

package kortex.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kortex.autodiff.Autodiff;
import kortex.backend.reference.ReferenceBackend;
import kortex.graph.Evaluator;
import kortex.graph.GraphEmit;
import kortex.graph.Matrices;
import kortex.graph.Tensor;
import kortex.graph.Value;
import kortex.session.Session;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.NumericException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What defines the results of linear algebra, on both implementations. */
class LinearAlgebraTest {
  private static final Session REFERENCE = Session.on(ReferenceBackend.create());
  private static final Session CPU = Session.open("cpu");
  private static final long[] SIZES = {1, 2, 5, 31, 33, 100};

  private static void on(String backend, Runnable test) {
    Session session = backend.equals("cpu") ? CPU : REFERENCE;
    ScopedValue.where(Evaluator.SCOPED, session).run(test);
  }

  private static Tensor random(DType dtype, int seed, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = random.doubles(Shape.of(shape).size(), -1, 1).toArray();
    return Tensor.of(values, shape).cast(dtype);
  }

  private static Tensor matrix(double[][] rows) {
    double[] flat = Stream.of(rows).flatMapToDouble(java.util.Arrays::stream).toArray();
    return Tensor.of(flat, rows.length, rows[0].length);
  }

  private static Tensor identity(Tensor like) {
    return like.matrixPower(0);
  }

  private static void close(Tensor expected, Tensor actual, double rounding) {
    assertEquals(expected.type(), actual.type());
    double unit = expected.dtype() == DType.F64 ? 0x1p-52 : 0x1p-23;
    double error = expected.type().size() == 0 ? 0 : expected.sub(actual).abs().max().item();
    double scale = expected.type().size() == 0 ? 0 : expected.abs().max().item();
    assertTrue(
        error <= rounding * unit * (1 + scale), () -> expected.type() + " is off by " + error);
  }

  private static Tensor diagonal(Tensor s) {
    long k = s.shape().extent(-1);
    return identity(Tensor.full(s.type().as(s.shape().insert(s.shape().rank(), k)), 0))
        .mul(s.reshape(s.shape().insert(s.shape().rank() - 1, 1).toArray()));
  }

  private interface Check {
    void run(DType dtype, long n);
  }

  private static void eachSize(String backend, Check check) {
    on(
        backend,
        () -> {
          for (DType dtype : List.of(DType.F64, DType.F32)) {
            for (long n : SIZES) {
              check.run(dtype, n);
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void factorsGiveTheMatrixBack(String backend) {
    eachSize(
        backend,
        (dtype, n) -> {
          for (long m : new long[] {n, n + 3, Math.max(1, n - 2)}) {
            Tensor a = random(dtype, 1, m, n);
            Matrices.Qr qr = a.qr();
            close(a, qr.q().matmul(qr.r()), 20 * n);
            orthonormal(qr.q(), n);
            Matrices.Svd svd = a.svd();
            close(a, svd.u().matmul(diagonal(svd.s())).matmul(svd.vt()), 20 * n);
            orthonormal(svd.u(), n);
            orthonormal(svd.vt().transpose(), n);
          }
          Tensor s = random(dtype, 2, n, n);
          Tensor symmetric = s.add(s.transpose());
          Matrices.Eigh eigh = symmetric.eigh();
          Tensor v = eigh.vectors();
          close(symmetric, v.matmul(diagonal(eigh.values())).matmul(v.transpose()), 20 * n);
          orthonormal(v, n);
          Tensor definite = s.matmul(s.transpose()).add(identity(s));
          Tensor l = definite.cholesky();
          close(definite, l.matmul(l.transpose()), 20 * n);
        });
  }

  private static void orthonormal(Tensor q, long n) {
    Tensor product = q.transpose().matmul(q);
    close(identity(product), product, 20 * n);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void systemsAreSolved(String backend) {
    eachSize(
        backend,
        (dtype, n) -> {
          Tensor a = random(dtype, 3, n, n).add(identity(random(dtype, 3, n, n)).mul(n));
          Tensor b = random(dtype, 4, n, 3);
          close(b, a.matmul(a.solve(b)), 20 * n);
          close(identity(a), a.matmul(a.inverse()), 20 * n);
          close(identity(a), a.pinv().matmul(a), 50 * n);
          close(a.solve(b), a.lstsq(b), 50 * n);
          Matrices.SlogDet det = a.slogDet();
          Tensor logOfSingularValues = a.svd().s().log().sum();
          close(logOfSingularValues, det.logAbs(), 50 * n);
          assertEquals(1, det.sign().item());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void signsAreTheDocumentedOnes(String backend) {
    on(
        backend,
        () -> {
          Tensor a = random(DType.F64, 5, 6, 4);
          double[] r = a.qr().r().toDoubleArray();
          double[] u = a.svd().u().toDoubleArray();
          for (int j = 0; j < 4; j++) {
            assertTrue(r[j * 4 + j] > 0);
            int largest = 0;
            for (int i = 0; i < 6; i++) {
              largest = Math.abs(u[i * 4 + j]) > Math.abs(u[largest * 4 + j]) ? i : largest;
            }
            assertTrue(u[largest * 4 + j] > 0);
          }
          // Both components of (1, −1)/√2 are largest: the first is positive.
          Tensor tied = matrix(new double[][] {{0, 1}, {1, 0}}).eigh().vectors();
          double h = Math.sqrt(0.5);
          assertArrayEquals(new double[] {h, h, -h, h}, tied.toDoubleArray(), 1e-15);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void lowRankAndBadConditionAreHarmless(String backend) {
    on(
        backend,
        () -> {
          Tensor low = random(DType.F64, 6, 7, 2).matmul(random(DType.F64, 7, 2, 5));
          Matrices.Svd svd = low.svd();
          close(low, svd.u().matmul(diagonal(svd.s())).matmul(svd.vt()), 100);
          orthonormal(svd.u(), 100);
          orthonormal(svd.vt().transpose(), 100);
          assertEquals(2, low.matrixRank().item());
          Tensor p = low.pinv();
          close(low, low.matmul(p).matmul(low), 100);
          close(p, p.matmul(low).matmul(p), 100);
          close(low.matmul(p).transpose(), low.matmul(p), 100);
          Matrices.Svd zero = Tensor.full(low.type(), 0).svd();
          orthonormal(zero.u(), 10);
          close(zero.s().mul(0), zero.s(), 0);
          double[][] hilbert = new double[8][8];
          for (int i = 0; i < 64; i++) {
            hilbert[i / 8][i % 8] = 1.0 / (i / 8 + i % 8 + 1);
          }
          Tensor h = matrix(hilbert);
          // From Todd 1954, The condition of the finite segments of the Hilbert matrix.
          assertEquals(1.526e10, h.cond().item(), 1e7);
          Tensor ones = Tensor.of(new double[] {1, 1, 1, 1, 1, 1, 1, 1}, 8);
          close(ones, h.solve(h.matmul(ones)), 1e9);
          close(ones, h.lstsq(h.matmul(ones)), 1e11);
          assertEquals(8, h.matrixRank().item());
          assertEquals(5, h.matrixRank(1e-5).item());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void shortestSolutionOfAnUnderdeterminedSystem(String backend) {
    on(
        backend,
        () -> {
          Tensor a = matrix(new double[][] {{1, 1}, {1, 1}, {1, 1}});
          Tensor x = a.lstsq(Tensor.of(new double[] {1, 2, 6}, 3));
          assertArrayEquals(new double[] {1.5, 1.5}, x.toDoubleArray(), 1e-14);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void hugeAndTinyNumbersDoNotOverflow(String backend) {
    on(
        backend,
        () -> {
          for (double scale : new double[] {1e300, 1e-300}) {
            Tensor a = random(DType.F64, 8, 4, 4);
            Tensor symmetric = a.add(a.transpose());
            close(a.svd().s(), a.mul(scale).svd().s().div(scale), 100);
            close(symmetric.eigh().values(), symmetric.mul(scale).eigh().values().div(scale), 100);
            close(a.qr().r(), a.mul(scale).qr().r().div(scale), 100);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void singularMatricesAreNamed(String backend) {
    on(
        backend,
        () -> {
          Tensor stack =
              Tensor.of(new double[] {2, 0, 0, 2, 1, 2, 2, 4, 1, 0, 0, 1, 1, 0, 0, 1}, 2, 2, 2, 2);
          NumericException error =
              assertThrows(NumericException.class, () -> stack.inverse().compute());
          assertTrue(
              error.what().contains("row 1 of matrix [0, 1] of f64[2, 2, 2, 2]"), error.what());
          Tensor one = matrix(new double[][] {{0, 0}, {0, 0}});
          NumericException single =
              assertThrows(NumericException.class, () -> one.solve(one).compute());
          assertTrue(single.what().contains("row 0 of f64[2, 2] is a"), single.what());
          NumericException diagonal =
              assertThrows(
                  NumericException.class,
                  () -> one.triangularSolve(one, true, false, false).compute());
          assertTrue(diagonal.what().contains("element 0 of the diagonal"), diagonal.what());
          NumericException indefinite =
              assertThrows(
                  NumericException.class,
                  () -> matrix(new double[][] {{1, 2}, {2, 1}}).cholesky().compute());
          assertTrue(indefinite.what().contains("pivot 1 of f64[2, 2]"), indefinite.what());
          assertEquals(0, one.det().item());
          assertEquals(Double.NEGATIVE_INFINITY, one.slogDet().logAbs().item());
          // The session goes on.
          assertEquals(4, stack.det().sum().item() - 2);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void whatIsNotFiniteGivesNaN(String backend) {
    on(
        backend,
        () -> {
          for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            for (DType dtype : List.of(DType.F64, DType.F32)) {
              Tensor a =
                  Tensor.of(new double[] {2, 1, 1, 2, 2, 1, bad, 2, 3, 0, 0, 3}, 3, 2, 2)
                      .cast(dtype);
              List<Supplier<Tensor>> all =
                  List.of(
                      a::cholesky,
                      a::inverse,
                      a::pinv,
                      a::det,
                      () -> a.qr().q(),
                      () -> a.qr().r(),
                      () -> a.svd().u(),
                      () -> a.svd().s(),
                      () -> a.svd().vt(),
                      () -> a.eigh().values(),
                      () -> a.eigh().vectors(),
                      () -> a.triangularSolve(a, true, false, false));
              all.forEach(f -> middleIsNaN(f.get()));
              // The bad element is not in the upper triangle.
              Tensor b = Tensor.full(a.type(), 1);
              double[] x = a.triangularSolve(b, false, false, false).toDoubleArray();
              assertTrue(java.util.Arrays.stream(x).allMatch(Double::isFinite));
            }
          }
        });
  }

  private static void middleIsNaN(Tensor y) {
    double[] values = y.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      assertEquals(i * 3 / values.length == 1, Double.isNaN(values[i]), y.type() + " at " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void emptyMatricesAreAsInNumPy(String backend) {
    on(
        backend,
        () -> {
          Tensor none = Tensor.of(new double[0], 0, 0);
          assertEquals(1, none.det().item());
          assertEquals(Shape.of(0, 0), none.inverse().shape());
          assertEquals(0, none.inverse().toDoubleArray().length);
          assertEquals(0, none.eigh().values().toDoubleArray().length);
          Tensor flat = Tensor.of(new double[0], 0, 3);
          assertEquals(Shape.of(3, 0), flat.pinv().shape());
          assertEquals(0, flat.matrixRank().item());
          assertEquals(0, flat.nuclearNorm().item());
          double[] zeros = flat.lstsq(Tensor.of(new double[0], 0)).toDoubleArray();
          assertArrayEquals(new double[3], zeros);
          Tensor nothing = Tensor.of(new double[0], 0, 2, 2);
          assertEquals(Shape.of(0), nothing.det().shape());
          assertEquals(0, nothing.svd().u().toDoubleArray().length);
          assertThrows(ShapeException.class, flat::cond);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void wrongArgumentsAreErrorsOfTheCall(String backend) {
    on(
        backend,
        () -> {
          Tensor wide = random(DType.F64, 1, 2, 3);
          Tensor square = random(DType.F64, 1, 3, 3);
          Tensor vector = random(DType.F64, 1, 3);
          Tensor integers = square.cast(DType.I32);
          for (Supplier<?> call :
              List.<Supplier<?>>of(
                  wide::inverse,
                  wide::det,
                  wide::cholesky,
                  wide::eigh,
                  vector::svd,
                  vector::qr,
                  vector::inverse,
                  () -> wide.matrixPower(0),
                  () -> square.solve(wide),
                  () -> vector.solve(vector),
                  () -> square.solve(vector.sum()),
                  () -> square.lstsq(wide),
                  () -> wide.lstsq(vector),
                  () -> random(DType.F64, 1, 2, 3, 3).solve(random(DType.F64, 1, 4, 3, 1)))) {
            assertThrows(ShapeException.class, call::get);
          }
          for (Supplier<?> call :
              List.<Supplier<?>>of(
                  integers::inverse,
                  integers::svd,
                  integers::pinv,
                  integers::matrixRank,
                  () -> square.solve(vector.cast(DType.F32)),
                  () -> square.solve(integers))) {
            assertThrows(DTypeException.class, call::get);
          }
          assertThrows(SettingException.class, () -> square.pinv(-1));
          assertThrows(SettingException.class, () -> square.pinv(Double.NaN));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void gradientsThatDoNotDependOnTheVectorsExistAtEqualValues(String backend) {
    on(
        backend,
        () -> {
          Tensor eye = identity(random(DType.F64, 1, 3, 3));
          // d ‖A‖ = U·Vᵀ, d Σw = I, and both are I at I.
          close(eye, Autodiff.grad(eye.nuclearNorm(), eye), 10);
          close(eye, Autodiff.grad(eye.eigh().values().sum(), eye), 10);
          Matrices.Eigh parts = eye.mul(2).eigh();
          Tensor v = parts.vectors();
          Tensor back = v.matmul(diagonal(parts.values())).matmul(v.transpose());
          assertArrayEquals(
              eye.mul(2).toDoubleArray(), back.toDoubleArray(), 1e-15, "the matrix itself");
          Tensor zero = Tensor.full(eye.type(), 0);
          double[] g = Autodiff.grad(zero.nuclearNorm(), zero).toDoubleArray();
          assertTrue(java.util.Arrays.stream(g).allMatch(Double::isFinite));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void membersOfABatchAreSolvedByOneMatrix(String backend) {
    on(
        backend,
        () -> {
          GraphEmit e = GraphEmit.INSTANCE;
          Tensor a = random(DType.F64, 1, 3, 3);
          Tensor b = random(DType.F64, 2, 4, 3, 2);
          Op solve = new Inversion.Solve(false);
          Op.Batch<Value> shared =
              new Op.Batch<>(List.of(a.value(), b.value()), List.of(false, true), 4);
          Tensor x = Tensor.of(solve.batch(e, shared).getFirst());
          close(a.solve(b), x, 100);
          Tensor many = random(DType.F64, 3, 4, 3, 3);
          Tensor one = random(DType.F64, 4, 3, 2);
          Op.Batch<Value> own =
              new Op.Batch<>(List.of(many.value(), one.value()), List.of(true, false), 4);
          close(many.solve(one), Tensor.of(solve.batch(e, own).getFirst()), 100);
          Op.Batch<Value> alone = new Op.Batch<>(List.of(many.value()), List.of(true), 4);
          List<Value> parts = new Factorization.Svd().batch(e, alone);
          assertEquals(3, parts.size());
          assertEquals(Shape.of(4, 3), Tensor.of(parts.get(1)).shape());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void oneStepOfNewtonFindsTheMinimumOfAParabola(String backend) {
    on(
        backend,
        () -> {
          Tensor a = random(DType.F64, 1, 6, 3);
          Tensor b = random(DType.F64, 2, 6);
          Tensor w = random(DType.F64, 3, 3);
          Tensor f = a.matmul(w).sub(b).square().sum();
          Tensor hessian = a.transpose().matmul(a).mul(2);
          Tensor newton = w.sub(hessian.solve(Autodiff.grad(f, w)));
          close(a.lstsq(b), newton, 1000);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void outputsOfOneNodeAreComputedTogether(String backend) {
    on(
        backend,
        () -> {
          Matrices.Svd svd = random(DType.F64, 1, 4, 3).svd();
          svd.s().compute();
          assertTrue(svd.u().value().node().computed().isPresent());
          assertEquals(new TensorType(DType.F64, Shape.of(4, 3)), svd.u().compute().type());
          assertEquals(new TensorType(DType.F64, Shape.of(3, 3)), svd.vt().compute().type());
        });
  }
}

package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import kortex.graph.HostMemory;
import kortex.op.Inversion;
import kortex.op.LinearAlgebra;
import kortex.op.MatMul;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/**
 * Factorizations. A row-major matrix is its own transpose stored by columns, as LAPACK reads it.
 */
final class Factors {
  private Factors() {}

  /** Aᵀ = Rᵀ·R with Rᵀ lower triangular by rows, so no element moves. */
  static MatrixStep cholesky(MatrixStep.Setting at, LinearAlgebra op) {
    DType dtype = at.dtype();
    TensorType a = at.input(0);
    long n = a.shape().extent(-1);
    Symmetric symmetric = new Symmetric(at, n);
    return (i, m) -> {
      if (!Numbers.finite(dtype, m[0])) {
        return MatrixStep.Outcome.UNDEFINED;
      }
      symmetric.run(m[0], m[1]);
      for (long row = 0; row < n; row++) {
        Numbers.clear(dtype, m[1], row * n + row + 1, n - row - 1);
      }
      int failed =
          BlasApi.verdict(at.api().cholesky().call(BlasApi.BY_COLUMNS, 'U', n, m[1].address(), n));
      if (failed > 0) {
        throw LinearAlgebra.notPositiveDefinite(op, a, i, failed - 1);
      }
      return MatrixStep.Outcome.DONE;
    };
  }

  static MatrixStep eigh(MatrixStep.Setting at) {
    DType dtype = at.dtype();
    long n = at.input(0).shape().extent(-1);
    Symmetric symmetric = new Symmetric(at, n);
    Transposition turn = at.transposition(n, n);
    MemorySegment vectors = at.scratch(n * n);
    return (i, m) -> {
      if (!Numbers.finite(dtype, m[0])) {
        return MatrixStep.Outcome.UNDEFINED;
      }
      symmetric.run(m[0], vectors);
      long result =
          at.api()
              .eigh()
              .callMany(BlasApi.BY_COLUMNS, 'V', 'L', n, vectors.address(), n, m[1].address());
      if (BlasApi.verdict(result) > 0) {
        return MatrixStep.Outcome.NOT_CONVERGED;
      }
      for (long v = 0; v < n; v++) {
        long from = v * n;
        if (LinearAlgebra.reversed((int) n, c -> HostMemory.get(vectors, dtype, from + c))) {
          Numbers.negate(dtype, vectors, from, 1, n);
        }
      }
      turn.run(vectors, m[2]);
      return MatrixStep.Outcome.DONE;
    };
  }

  static MatrixStep qr(MatrixStep.Setting at) {
    DType dtype = at.dtype();
    long rows = at.input(0).shape().extent(-2);
    long columns = at.input(0).shape().extent(-1);
    long k = Math.min(rows, columns);
    MemorySegment a = at.scratch(rows * columns);
    MemorySegment tau = at.scratch(k);
    Transposition in = at.transposition(rows, columns);
    Transposition r = at.transposition(columns, rows);
    Transposition q = at.transposition(k, rows);
    MemorySegment byRows = at.scratch(rows * columns);
    return (i, m) -> {
      if (!Numbers.finite(dtype, m[0])) {
        return MatrixStep.Outcome.UNDEFINED;
      }
      in.run(m[0], a);
      long to = a.address();
      BlasApi.verdict(
          at.api().qr().call(BlasApi.BY_COLUMNS, rows, columns, to, rows, tau.address()));
      r.run(a, byRows);
      m[2].copyFrom(byRows.asSlice(0, m[2].byteSize()));
      BlasApi.verdict(
          at.api().orthogonal().callMany(BlasApi.BY_COLUMNS, rows, k, k, to, rows, tau.address()));
      for (long row = 0; row < k; row++) {
        Numbers.clear(dtype, m[2], row * columns, row);
        if (HostMemory.get(m[2], dtype, row * columns + row) < 0) {
          Numbers.negate(dtype, m[2], row * columns + row, 1, columns - row);
          Numbers.negate(dtype, a, row * rows, 1, rows);
        }
      }
      q.run(a, m[1]);
      return MatrixStep.Outcome.DONE;
    };
  }

  /** Aᵀ = V·diag(s)·Uᵀ: LAPACK's left vectors by columns are Vᵀ by rows, its right ones are U. */
  static MatrixStep svd(MatrixStep.Setting at) {
    DType dtype = at.dtype();
    long rows = at.input(0).shape().extent(-2);
    long columns = at.input(0).shape().extent(-1);
    long k = Math.min(rows, columns);
    MemorySegment a = at.scratch(rows * columns);
    return (i, m) -> {
      if (!Numbers.finite(dtype, m[0])) {
        return MatrixStep.Outcome.UNDEFINED;
      }
      a.copyFrom(m[0]);
      long result =
          at.api()
              .svd()
              .callMany(
                  BlasApi.BY_COLUMNS,
                  'S',
                  columns,
                  rows,
                  a.address(),
                  columns,
                  m[2].address(),
                  m[3].address(),
                  columns,
                  m[1].address(),
                  k);
      if (BlasApi.verdict(result) > 0) {
        return MatrixStep.Outcome.NOT_CONVERGED;
      }
      MemorySegment u = m[1];
      for (long v = 0; v < k; v++) {
        long from = v;
        if (LinearAlgebra.reversed((int) rows, c -> HostMemory.get(u, dtype, from + c * k))) {
          Numbers.negate(dtype, u, v, k, rows);
          Numbers.negate(dtype, m[3], v * columns, 1, columns);
        }
      }
      return MatrixStep.Outcome.DONE;
    };
  }

  /** V·diag(1/s)·Uᵀ. */
  static MatrixStep pinv(MatrixStep.Setting at, Inversion.Pinv op) {
    DType dtype = at.dtype();
    long rows = at.input(0).shape().extent(-2);
    long columns = at.input(0).shape().extent(-1);
    long k = Math.min(rows, columns);
    MemorySegment u = at.scratch(rows * k);
    MemorySegment s = at.scratch(k);
    MemorySegment vt = at.scratch(k * columns);
    MatrixStep svd = svd(at);
    Product product =
        new Product(
            at.api(),
            new Arguments(dtype, at.memory()),
            new MatMul(true, true),
            new Product.Extents(columns, rows, k, columns));
    return (i, m) -> {
      MatrixStep.Outcome outcome = svd.run(i, new MemorySegment[] {m[0], u, s, vt});
      if (outcome != MatrixStep.Outcome.DONE) {
        return outcome;
      }
      double largest = HostMemory.get(s, dtype, 0);
      for (long v = 0; v < k; v++) {
        double value = HostMemory.get(s, dtype, v);
        double factor = value > op.tolerance() * largest ? 1 / value : 0;
        for (long c = v * columns; c < (v + 1) * columns; c++) {
          HostMemory.set(vt, dtype, c, HostMemory.get(vt, dtype, c) * factor);
        }
      }
      product.run(vt.address(), u.address(), m[1].address());
      return MatrixStep.Outcome.DONE;
    };
  }

  /** (A + Aᵀ)/2. */
  private static final class Symmetric {
    private final BlasApi api;
    private final Transposition turn;
    private final long size;
    private final long half;

    Symmetric(MatrixStep.Setting at, long n) {
      this.api = at.api();
      this.turn = at.transposition(n, n);
      Arguments of = new Arguments(at.dtype(), at.memory());
      this.size = of.whole(n);
      this.half = of.real(0.5);
    }

    void run(MemorySegment from, MemorySegment to) {
      turn.run(from, to);
      api.add().callMany(size, size, half, from.address(), size, half, to.address(), size);
    }
  }
}

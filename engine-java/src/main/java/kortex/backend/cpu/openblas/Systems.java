package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import kortex.graph.HostMemory;
import kortex.op.Inversion;
import kortex.op.LinearAlgebra;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** Linear systems and determinants. */
final class Systems {
  private Systems() {}

  static MatrixStep solve(MatrixStep.Setting at, Inversion.Solve op, LuFactors lu, boolean first) {
    TensorType a = at.input(0);
    TensorType b = at.input(1);
    long n = b.shape().extent(-2);
    long k = b.shape().extent(-1);
    Transposition in = at.transposition(n, k);
    Transposition out = at.transposition(k, n);
    MemorySegment columns = at.scratch(n * k);
    // The factors are those of the transpose.
    char transposed = op.transposed() ? 'N' : 'T';
    return (i, m) -> {
      if (first) {
        lu.compute(i, m[0]);
      }
      if (!lu.finite(i) || !Numbers.finite(b.dtype(), m[1])) {
        return MatrixStep.Outcome.UNDEFINED;
      }
      if (lu.singularRow(i) >= 0) {
        throw LinearAlgebra.singular(op, a, i, lu.singularRow(i));
      }
      in.run(m[1], columns);
      BlasApi.verdict(
          at.api()
              .luSolve()
              .callMany(
                  BlasApi.BY_COLUMNS,
                  transposed,
                  n,
                  k,
                  lu.factors(i).address(),
                  n,
                  lu.pivots(i).address(),
                  columns.address(),
                  n));
      out.run(columns, m[2]);
      return MatrixStep.Outcome.DONE;
    };
  }

  static MatrixStep slogDet(MatrixStep.Setting at, LuFactors lu, boolean first) {
    DType dtype = at.dtype();
    return (i, m) -> {
      if (first) {
        lu.compute(i, m[0]);
      }
      if (!lu.finite(i)) {
        return MatrixStep.Outcome.UNDEFINED;
      }
      double[] signAndLog = lu.signAndLog(i);
      HostMemory.set(m[1], dtype, 0, signAndLog[0]);
      HostMemory.set(m[2], dtype, 0, signAndLog[1]);
      return MatrixStep.Outcome.DONE;
    };
  }

  /** By columns, op(A)·X = B is Xᵀ·op(A)ᵀ = Bᵀ, with the other triangle of A. */
  static MatrixStep triangularSolve(MatrixStep.Setting at, Inversion.TriangularSolve op) {
    DType dtype = at.dtype();
    TensorType a = at.input(0);
    long n = a.shape().extent(-1);
    long k = at.input(1).shape().extent(-1);
    MemorySegment read = at.scratch(n * n);
    Arguments of = new Arguments(dtype, at.memory());
    long size = of.whole(n);
    long width = of.whole(k);
    long[] arguments = {
      of.letter('R'),
      of.letter(op.lower() ? 'U' : 'L'),
      of.letter(op.transposed() ? 'T' : 'N'),
      of.letter('N'),
      width,
      size,
      of.real(1),
      read.address(),
      size,
      0,
      width
    };
    return (i, m) -> {
      read.copyFrom(m[0]);
      keepWhatIsRead(op, dtype, read, n);
      if (!Numbers.finite(dtype, read) || !Numbers.finite(dtype, m[1])) {
        return MatrixStep.Outcome.UNDEFINED;
      }
      for (int row = 0; row < n; row++) {
        if (HostMemory.get(read, dtype, row * (n + 1)) == 0) {
          throw LinearAlgebra.zeroOnDiagonal(op, a, i, row);
        }
      }
      m[2].copyFrom(m[1]);
      long[] call = arguments.clone();
      call[9] = m[2].address();
      at.api().triangularSolve().callMany(call);
      return MatrixStep.Outcome.DONE;
    };
  }

  private static void keepWhatIsRead(
      Inversion.TriangularSolve op, DType dtype, MemorySegment a, long n) {
    for (long row = 0; row < n; row++) {
      if (op.lower()) {
        Numbers.clear(dtype, a, row * n + row + 1, n - row - 1);
      } else {
        Numbers.clear(dtype, a, row * n, row);
      }
      if (op.unit()) {
        HostMemory.set(a, dtype, row * (n + 1), 1);
      }
    }
  }
}

package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import kortex.op.Factorization;
import kortex.op.Inversion;
import kortex.op.LinearAlgebra;
import kortex.op.MatMul;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** One op on each matrix of a stack. */
public final class StackCall {
  private final DType dtype;
  private final int stacks;
  private final int inputs;
  private final long[] bytes;
  private final MatrixStep step;

  private StackCall(List<TensorType> in, List<TensorType> out, MatrixStep step) {
    this.dtype = in.getFirst().dtype();
    this.stacks = Math.toIntExact(LinearAlgebra.stack(in.getFirst()).size());
    this.inputs = in.size();
    List<TensorType> all = new ArrayList<>(in);
    all.addAll(out);
    this.bytes = all.stream().mapToLong(t -> t.bytes() / stacks).toArray();
    this.step = step;
  }

  /**
   * Prepares an op on inputs that are not empty.
   *
   * @param memory gives memory that lives as long as the call
   * @param lu where the factors of the first input are, for the ops that need them
   */
  public static StackCall of(
      OpenBlas blas,
      LinearAlgebra op,
      List<TensorType> in,
      List<TensorType> out,
      LongFunction<MemorySegment> memory,
      LuFactors lu) {
    MatrixStep.Setting at = new MatrixStep.Setting(blas.api(in.getFirst().dtype()), in, memory);
    MatrixStep step =
        switch (op) {
          case Factorization.Cholesky cholesky -> Factors.cholesky(at, cholesky);
          case Factorization.Qr qr -> Factors.qr(at);
          case Factorization.Svd svd -> Factors.svd(at);
          case Factorization.Eigh eigh -> Factors.eigh(at);
          case Inversion.TriangularSolve solve -> Systems.triangularSolve(at, solve);
          case Inversion.Solve solve -> Systems.solve(at, solve, lu);
          case Inversion.SlogDet det -> Systems.slogDet(at, lu);
          case Inversion.Pinv pinv -> Factors.pinv(at, pinv);
        };
    return new StackCall(in, out, step);
  }

  /** Prepares a product of matrices that are not empty. */
  public static StackCall of(
      OpenBlas blas,
      MatMul op,
      List<TensorType> in,
      TensorType out,
      LongFunction<MemorySegment> memory) {
    Product product =
        new Product(
            blas.api(out.dtype()),
            out.dtype(),
            memory,
            op.transposeA(),
            op.transposeB(),
            out.shape().extent(-2),
            out.shape().extent(-1),
            in.getFirst().shape().extent(op.transposeA() ? -2 : -1));
    MatrixStep step =
        (i, m) -> {
          product.run(m[0], m[1], m[2]);
          return MatrixStep.Outcome.DONE;
        };
    return new StackCall(in, List.of(out), step);
  }

  /**
   * Runs on buffers, inputs first. False if LAPACK gave up on a matrix, which is rare; the outputs
   * are not complete then.
   */
  public boolean run(MemorySegment[] buffers) {
    MemorySegment[] matrices = new MemorySegment[bytes.length];
    for (int i = 0; i < stacks; i++) {
      for (int b = 0; b < bytes.length; b++) {
        matrices[b] = buffers[b].asSlice(i * bytes[b], bytes[b]);
      }
      switch (step.run(i, matrices)) {
        case DONE -> {}
        case UNDEFINED -> {
          for (int b = inputs; b < bytes.length; b++) {
            Numbers.fill(dtype, matrices[b], Double.NaN);
          }
        }
        case NOT_CONVERGED -> {
          return false;
        }
      }
    }
    return true;
  }
}

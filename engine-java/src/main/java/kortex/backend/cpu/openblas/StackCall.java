package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import kortex.op.Factorization;
import kortex.op.Inversion;
import kortex.op.LinearAlgebra;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** Linear algebra on each matrix of a stack. Each part does some of the matrices. */
public final class StackCall extends BlasCall {
  private final DType dtype;
  private final int stacks;
  private final int inputs;
  private final long[] bytes;
  private final List<MatrixStep> steps;

  private StackCall(
      LinearAlgebra op, MatrixStep.Setting at, List<TensorType> out, LuFactors lu, int parts) {
    super(parts);
    this.dtype = at.dtype();
    this.stacks = Math.toIntExact(LinearAlgebra.stack(at.input(0)).size());
    this.inputs = at.inputs().size();
    List<TensorType> all = new ArrayList<>(at.inputs());
    all.addAll(out);
    this.bytes = all.stream().mapToLong(t -> t.bytes() / stacks).toArray();
    boolean first =
        (op instanceof Inversion.Solve || op instanceof Inversion.SlogDet) && lu.claim();
    this.steps = workers(part -> step(op, at, lu, first));
  }

  /**
   * Prepares an op on inputs that are not empty.
   *
   * @param memory gives memory that lives as long as the call
   * @param lu where the factors of the first input are, for the ops that need them
   * @param all whether it is worth all threads
   */
  public static StackCall of(
      OpenBlas blas,
      LinearAlgebra op,
      List<TensorType> in,
      List<TensorType> out,
      LongFunction<MemorySegment> memory,
      LuFactors lu,
      boolean all) {
    MatrixStep.Setting at = new MatrixStep.Setting(blas.api(in.getFirst().dtype()), in, memory);
    long stacks = LinearAlgebra.stack(in.getFirst()).size();
    int parts = all ? (int) Math.min(blas.threads(), stacks) : 1;
    return new StackCall(op, at, out, lu, parts);
  }

  private static MatrixStep step(
      LinearAlgebra op, MatrixStep.Setting at, LuFactors lu, boolean first) {
    return switch (op) {
      case Factorization.Cholesky cholesky -> Factors.cholesky(at, cholesky);
      case Factorization.Qr qr -> Factors.qr(at);
      case Factorization.Svd svd -> Factors.svd(at);
      case Factorization.Eigh eigh -> Factors.eigh(at);
      case Inversion.TriangularSolve solve -> Systems.triangularSolve(at, solve);
      case Inversion.Solve solve -> Systems.solve(at, solve, lu, first);
      case Inversion.SlogDet det -> Systems.slogDet(at, lu, first);
      case Inversion.Pinv pinv -> Factors.pinv(at, pinv);
    };
  }

  @Override
  boolean run(int part, MemorySegment[] buffers) {
    MemorySegment[] matrices = new MemorySegment[bytes.length];
    for (int i = (int) from(stacks, part); i < from(stacks, part + 1); i++) {
      for (int b = 0; b < bytes.length; b++) {
        matrices[b] = buffers[b].asSlice(i * bytes[b], bytes[b]);
      }
      switch (steps.get(part).run(i, matrices)) {
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

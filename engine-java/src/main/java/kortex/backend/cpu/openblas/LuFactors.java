package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;
import kortex.graph.HostMemory;
import kortex.op.LinearAlgebra;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/**
 * Factors of the transposes of square matrices, P·Aᵀ = L·U, kept for later steps of a plan that
 * need those of the same matrices: the gradient of a solution solves with the matrix again.
 */
public final class LuFactors {
  /** What stands for "not finite" where otherwise LAPACK's verdict is. */
  private static final int NOT_FINITE = -1;

  private final BlasApi api;
  private final TensorType type;
  private final LongFunction<MemorySegment> memory;
  private final int n;
  private final int[] verdicts;
  private MemorySegment factors = MemorySegment.NULL;
  private MemorySegment pivots = MemorySegment.NULL;
  private boolean claimed;

  /**
   * Factors of matrices of a type; nothing is allocated yet.
   *
   * @param memory gives memory that lives as long as the plan
   */
  public LuFactors(OpenBlas blas, TensorType type, LongFunction<MemorySegment> memory) {
    this.api = blas.api(type.dtype());
    this.type = type;
    this.memory = memory;
    this.n = Math.toIntExact(type.shape().extent(-1));
    this.verdicts = new int[Math.toIntExact(LinearAlgebra.stack(type).size())];
  }

  /** Whether the step that asks is the first one that needs the factors, and so computes them. */
  boolean claim() {
    if (claimed) {
      return false;
    }
    claimed = true;
    factors = memory.apply(type.bytes());
    pivots = memory.apply((long) verdicts.length * n * Integer.BYTES);
    return true;
  }

  /** Factors matrix {@code i}. */
  void compute(int i, MemorySegment matrix) {
    if (!Numbers.finite(type.dtype(), matrix)) {
      verdicts[i] = NOT_FINITE;
      return;
    }
    MemorySegment to = factors(i);
    to.copyFrom(matrix);
    long result = api.lu().call(BlasApi.BY_COLUMNS, n, n, to.address(), n, pivots(i).address());
    verdicts[i] = BlasApi.verdict(result);
  }

  boolean finite(int i) {
    return verdicts[i] != NOT_FINITE;
  }

  /** The row with a vanishing pivot, or −1. */
  int singularRow(int i) {
    return verdicts[i] - 1;
  }

  MemorySegment factors(int i) {
    long bytes = (long) n * n * type.dtype().bytes();
    return factors.asSlice(i * bytes, bytes);
  }

  MemorySegment pivots(int i) {
    long bytes = (long) n * Integer.BYTES;
    return pivots.asSlice(i * bytes, bytes);
  }

  /** The sign of the determinant of matrix {@code i} and the logarithm of its magnitude. */
  double[] signAndLog(int i) {
    double sign = 1;
    double log = 0;
    for (int j = 0; j < n; j++) {
      double u = HostMemory.get(factors(i), type.dtype(), (long) j * n + j);
      boolean swapped = HostMemory.get(pivots(i), DType.I32, j) != j + 1;
      sign *= swapped ? -Math.signum(u) : Math.signum(u);
      log += Math.log(Math.abs(u));
    }
    return new double[] {sign, log};
  }
}

package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongFunction;
import kortex.op.LinearAlgebra;
import kortex.op.MatMul;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Products of two stacks of matrices. Each part computes some rows of every product. */
public final class ProductCall extends BlasCall {
  /** Fewer rows are not worth a thread. */
  private static final long FEWEST_ROWS = 32;

  private final boolean transposeA;
  private final long stacks;
  private final long[] bytes;
  private final long rows;
  private final long rowBytesA;
  private final long rowBytesC;
  private final List<Product> products;

  private ProductCall(
      BlasApi api,
      MatMul op,
      List<TensorType> in,
      TensorType out,
      LongFunction<MemorySegment> memory,
      int parts) {
    super(parts);
    DType dtype = out.dtype();
    Shape a = in.getFirst().shape();
    this.transposeA = op.transposeA();
    this.stacks = LinearAlgebra.stack(out).size();
    this.bytes =
        new long[] {in.get(0).bytes() / stacks, in.get(1).bytes() / stacks, out.bytes() / stacks};
    this.rows = out.shape().extent(-2);
    long columns = out.shape().extent(-1);
    long inner = a.extent(transposeA ? -2 : -1);
    this.rowBytesA = (transposeA ? 1 : inner) * dtype.bytes();
    this.rowBytesC = columns * dtype.bytes();
    this.products =
        workers(part -> {
          long count = from(rows, part + 1) - from(rows, part);
          return new Product(
              api,
              new Arguments(dtype, memory),
              op,
              new Product.Extents(count, columns, inner, transposeA ? rows : inner));
        });
  }

  /**
   * Prepares a product of matrices that are not empty.
   *
   * @param memory gives memory that lives as long as the call
   * @param all whether it is worth all threads
   */
  public static ProductCall of(
      OpenBlas blas,
      MatMul op,
      List<TensorType> in,
      TensorType out,
      LongFunction<MemorySegment> memory,
      boolean all) {
    long most = Math.max(1, out.shape().extent(-2) / FEWEST_ROWS);
    int parts = all ? (int) Math.min(blas.threads(), most) : 1;
    return new ProductCall(blas.api(out.dtype()), op, in, out, memory, parts);
  }

  @Override
  boolean run(int part, MemorySegment[] buffers) {
    long row = from(rows, part);
    for (long s = 0; s < stacks; s++) {
      products
          .get(part)
          .run(
              buffers[0].address() + s * bytes[0] + row * rowBytesA,
              buffers[1].address() + s * bytes[1],
              buffers[2].address() + s * bytes[2] + row * rowBytesC);
    }
    return true;
  }
}

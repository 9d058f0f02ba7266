package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;
import kortex.tensor.DType;

/** op(A)·op(B) of row-major matrices: by columns, Cᵀ = op(B)ᵀ·op(A)ᵀ. */
final class Product {
  private final BlasApi api;
  private final long[] arguments;

  /** {@code [m, k] · [k, n]}; a transposed operand is stored with its axes swapped. */
  Product(
      BlasApi api,
      DType dtype,
      LongFunction<MemorySegment> memory,
      boolean transposeA,
      boolean transposeB,
      long m,
      long n,
      long k) {
    this.api = api;
    Arguments of = new Arguments(dtype, memory);
    long rows = of.whole(m);
    long columns = of.whole(n);
    long inner = of.whole(k);
    this.arguments =
        new long[] {
          of.letter(transposeB ? 'T' : 'N'),
          of.letter(transposeA ? 'T' : 'N'),
          columns,
          rows,
          inner,
          of.real(1),
          0,
          transposeB ? inner : columns,
          0,
          transposeA ? rows : inner,
          of.real(0),
          0,
          columns
        };
  }

  void run(MemorySegment a, MemorySegment b, MemorySegment c) {
    long[] call = arguments.clone();
    call[6] = b.address();
    call[8] = a.address();
    call[11] = c.address();
    api.product().callMany(call);
  }
}

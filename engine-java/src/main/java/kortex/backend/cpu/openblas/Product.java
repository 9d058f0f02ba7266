package kortex.backend.cpu.openblas;

import kortex.op.MatMul;

/** op(A)·op(B) of row-major matrices: by columns, Cᵀ = op(B)ᵀ·op(A)ᵀ. */
final class Product {
  private final BlasApi api;
  private final long[] arguments;

  /**
   * {@code [m, k] · [k, n]}.
   *
   * @param strideA from one stored row of A to the next, as A may be part of a larger matrix
   */
  record Extents(long m, long n, long k, long strideA) {}

  Product(BlasApi api, Arguments of, MatMul op, Extents extents) {
    this.api = api;
    long columns = of.whole(extents.n());
    long inner = of.whole(extents.k());
    this.arguments =
        new long[] {
          of.letter(op.transposeB() ? 'T' : 'N'),
          of.letter(op.transposeA() ? 'T' : 'N'),
          columns,
          of.whole(extents.m()),
          inner,
          of.real(1),
          0,
          op.transposeB() ? inner : columns,
          0,
          of.whole(extents.strideA()),
          of.real(0),
          0,
          columns
        };
  }

  /** Runs on matrices at native addresses. */
  void run(long a, long b, long c) {
    long[] call = arguments.clone();
    call[6] = b;
    call[8] = a;
    call[11] = c;
    api.product().callMany(call);
  }
}

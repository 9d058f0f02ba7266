package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;
import kortex.tensor.DType;

/** Turns a row-major matrix into a column-major one, or back. */
final class Transposition {
  private final BlasApi api;
  private final long[] arguments;

  /** Of {@code rows × columns} matrices stored by rows. */
  Transposition(
      BlasApi api, DType dtype, LongFunction<MemorySegment> memory, long rows, long columns) {
    this.api = api;
    Arguments of = new Arguments(dtype, memory);
    long lines = of.whole(columns);
    long length = of.whole(rows);
    // As OpenBLAS sees it: a matrix by columns, of which the rows of ours are the columns.
    this.arguments =
        new long[] {of.letter('C'), of.letter('T'), lines, length, of.real(1), 0, lines, 0, length};
  }

  void run(MemorySegment from, MemorySegment to) {
    long[] a = arguments.clone();
    a[5] = from.address();
    a[7] = to.address();
    api.copy().callMany(a);
  }
}

package kortex.kernel;

import java.util.List;
import kortex.tensor.DType;

/**
 * A program over flat buffers.
 *
 * @param params the buffers; two parameters never overlap
 * @param extent the number of independent pieces of work
 * @param work the cost of one piece, in scalar operations, for splitting
 * @param body handles the pieces from {@code begin} to {@code end}
 */
public record Kernel(List<Param> params, long extent, long work, List<Stmt> body) {
  /** One buffer. */
  public record Param(DType dtype, boolean written) {}

  public Kernel {
    params = List.copyOf(params);
    body = List.copyOf(body);
  }

  /**
   * What of a kernel is compiled.
   *
   * @param params the buffers
   * @param body handles the pieces from {@code begin} to {@code end}
   */
  public record Code(List<Param> params, List<Stmt> body) {
    public Code {
      params = List.copyOf(params);
      body = List.copyOf(body);
    }
  }

  /** What is compiled: the extent and the cost are not part of it. */
  public Code code() {
    return new Code(params, body);
  }

  /** The kernel as text. */
  @Override
  public String toString() {
    return KernelPrinter.print(this);
  }
}

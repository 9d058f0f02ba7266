package declared;

import java.util.List;
import kortex.autodiff.Autodiff;
import kortex.graph.Tensor;
import kortex.graph.Variable;

// Outside kortex, as users' code is: origins must name these lines.
/** Lines of a user. */
public final class UserCode {
  private UserCode() {}

  /** Made on line 16. */
  public static Tensor line16(Tensor x) {
    return x.mul(2).mean();
  }

  /** Made on line 21, inside a function of the library. */
  public static Tensor line21(List<Tensor> terms) {
    return terms.stream().map(t -> t.exp()).reduce(Tensor::add).orElseThrow();
  }

  /** Two lines that compute the same. */
  public static Tensor line26or27(Tensor x, boolean first) {
    return first
        ? x.sin()
        : x.sin();
  }

  /** The gradient of what line 33 makes, asked for on line 34. */
  public static Tensor gradient(Variable x) {
    Tensor y = x.square().sum();
    return Autodiff.grad(y, x);
  }

  /** Needs a matrix that line 39 makes. */
  public static Tensor outer(Tensor column, Tensor row) {
    return column.matmul(row).tanh();
  }
}

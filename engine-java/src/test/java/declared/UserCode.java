package declared;

import java.util.List;
import kortex.autodiff.Autodiff;
import kortex.graph.Tensor;
import kortex.graph.Variable;

// Outside kortex, as users' code is: origins must name these lines.
/** Lines of a user. */
public final class UserCode {
  private UserCode() {}

  /** One line, several nodes. */
  public static Tensor mean(Tensor x) {
    return x.mul(2).mean();
  }

  /** Inside a function of the library. */
  public static Tensor sumOfExps(List<Tensor> terms) {
    return terms.stream().map(t -> t.exp()).reduce((a, b) -> a.add(b)).orElseThrow();
  }

  /** The sine, on one of two lines. */
  public static Tensor sine(Tensor x, boolean first) {
    if (first) {
      return x.sin();
    }
    return Tensor.of(x.sin().value());
  }

  /** A gradient, asked for on another line than the one it is of. */
  public static Tensor gradient(Variable x) {
    Tensor y = x.square().sum();
    return Autodiff.grad(y, x);
  }

  /** The sum of a product of matrices, which needs room for the product. */
  public static Tensor product(Tensor column, Tensor row) {
    Tensor product = column.matmul(row);
    return product.sum();
  }
}

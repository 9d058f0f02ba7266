package declared;

import java.util.List;
import kortex.graph.Control;
import kortex.graph.Tensor;

// Outside kortex, as users' code is: errors must name these lines.
/** Lines of a user that fail for some data. */
public final class UserFailures {
  private UserFailures() {}

  /** Rows, one step before something that cannot fail. */
  public static Tensor taken(Tensor table, Tensor index) {
    Tensor rows = table.exp().take(index, 0);
    return rows.sum().sqrt();
  }

  /** The factor of a matrix, after one that may fail too. */
  public static Tensor factor(Tensor first, Tensor second) {
    Tensor fine = first.cholesky();
    Tensor factor = second.cholesky();
    return fine.add(factor).sum();
  }

  /** A solution. */
  public static Tensor solution(Tensor matrix, Tensor right) {
    Tensor x = matrix.solve(right);
    return x.mul(2);
  }

  /** The same computation on another line. */
  public static Tensor otherSolution(Tensor matrix, Tensor right) {
    return matrix.solve(right).mul(2);
  }

  /** Solutions in a loop. */
  public static Tensor looped(Tensor matrix, Tensor right) {
    return Control.iterate(3, List.of(right), carry -> List.of(matrix.solve(carry.getFirst())))
        .getFirst();
  }

  /** A solution in one of two branches. */
  public static Tensor chosen(Tensor predicate, Tensor matrix, Tensor right) {
    Tensor zero = right.mul(0);
    return Control.cond(predicate, () -> List.of(matrix.solve(right)), () -> List.of(zero))
        .getFirst();
  }

  /** A label that is no class, before the loss is asked for. */
  public static Tensor loss(Tensor table, Tensor label) {
    Tensor picked = table.takeAlongAxis(label, 1);
    return picked.mean().neg();
  }
}

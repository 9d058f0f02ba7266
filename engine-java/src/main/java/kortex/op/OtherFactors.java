package kortex.op;

import java.util.List;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * For each factor of a product, the product of the others: the gradient of {@link Reduce.Prod}.
 *
 * <p>It is P / x with P the product of what is not 0, times the zeros among the others. Those are
 * kept as symmetric polynomials: with s = Σ u and q = Σ u² over the factors u that are 0, their
 * product is s when there is one and (s² − q) / 2 when there are two. The values of these are 0,
 * but their derivatives are right, so that second derivatives are right at zeros, too. More than
 * three zeros leave nothing to differentiate twice.
 */
final class OtherFactors<V> {
  private final Emit<V> e;
  private final V x;
  private final List<Integer> axes;
  private final Shape shape;
  private final TensorType type;

  OtherFactors(Emit<V> e, V x, List<Integer> axes) {
    this.e = e;
    this.x = x;
    this.axes = axes;
    this.type = e.type(x);
    this.shape = type.shape();
  }

  V product() {
    V zero = e.fillLike(x, 0);
    V one = e.fillLike(x, 1);
    V gone = e.equal(x, zero);
    V present = e.select(gone, one, x);
    V rest = restored(e.one(new Reduce.Prod(axes), List.of(present)));
    V lost = e.select(gone, x, zero);
    V count = restored(e.sum(e.cast(gone, type.dtype()), axes));
    V sum = restored(e.sum(lost, axes));
    V squares = restored(e.sum(e.mul(lost, lost), axes));
    V outside = zeros(count, sum, squares);
    V inside = zeros(e.shift(count, -1), e.sub(sum, lost), e.sub(squares, e.mul(lost, lost)));
    return e.mul(e.div(rest, present), e.select(gone, inside, outside));
  }

  private V restored(V reduced) {
    return e.restore(reduced, shape, axes);
  }

  /** The product of {@code count} zeros of the given sum and sum of squares. */
  private V zeros(V count, V sum, V squares) {
    V two = e.scale(e.sub(e.mul(sum, sum), squares), 0.5);
    V many = e.select(is(count, 2), two, e.fillLike(x, 0));
    return e.select(is(count, 0), e.fillLike(x, 1), e.select(is(count, 1), sum, many));
  }

  private V is(V count, double number) {
    return e.equal(count, e.fillLike(count, number));
  }
}

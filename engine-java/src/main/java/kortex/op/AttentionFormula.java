package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * {@link Attention} in products, exponentials and sums: what runs where a backend does not take the
 * op, and what its derivatives of higher order are made of. Everything is in the dtype of the
 * statistics.
 */
public final class AttentionFormula<V> {
  private final Emit<V> e;
  private final Attention op;
  private final V q;
  private final V k;
  private final V v;
  private final Optional<V> bias;
  private final DType given;

  private AttentionFormula(Emit<V> e, Attention op, List<V> inputs) {
    this.e = e;
    this.op = op;
    this.given = e.type(inputs.getFirst()).dtype();
    this.q = wide(inputs.get(0));
    this.k = wide(inputs.get(1));
    this.v = wide(inputs.get(2));
    this.bias = op.biased() ? Optional.of(wide(inputs.get(3))) : Optional.empty();
  }

  /** The formula for queries, keys, values and perhaps a bias. */
  public static <V> AttentionFormula<V> of(Emit<V> e, Attention op, List<V> inputs) {
    return new AttentionFormula<>(e, op, inputs);
  }

  private V wide(V x) {
    return e.cast(x, Attention.statistics(given));
  }

  private V back(V x) {
    return e.cast(x, given);
  }

  /** {@code [.., heads, m, x]} as {@code [.., heads of k, group · m, x]}. */
  private V rows(V x) {
    Shape shape = e.type(x).shape();
    Shape keys = AttentionShapes.leading(e.type(k));
    if (keys.rank() == 0) {
      return x;
    }
    long group = shape.extent(-3) / Math.max(1, keys.extent(-1));
    if (group <= 1) {
      return x;
    }
    Shape stacked = keys.insert(keys.rank(), group * shape.extent(-2));
    return e.reshape(x, stacked.insert(stacked.rank(), shape.extent(-1)));
  }

  /** Back from {@link #rows}. */
  private V heads(V x) {
    Shape shape = e.type(q).shape();
    return e.reshape(x, shape.with(-1, e.type(x).shape().extent(-1)));
  }

  /** {@code x · yᵀ} for queries x and keys y. */
  private V scoresOf(V x, V y) {
    return heads(e.matMul(rows(x), y, false, true));
  }

  /** {@code weights · x} for keys x. */
  private V mix(V weights, V x) {
    return heads(e.matMul(rows(weights), x, false, false));
  }

  /** {@code weightsᵀ · x} for queries x, over all heads that share keys. */
  private V spread(V weights, V x) {
    return e.matMul(rows(weights), rows(x), true, false);
  }

  private V restored(V perQuery, V like) {
    Shape shape = e.type(like).shape();
    return e.restore(perQuery, shape, List.of(shape.rank() - 1));
  }

  private V sumKeys(V x) {
    return e.sum(x, List.of(e.type(x).shape().rank() - 1));
  }

  /** {@code scale · q·kᵀ + bias}; −∞ for keys that a query does not see. */
  private V scores() {
    V s = e.scale(scoresOf(q, k), op.scale());
    TensorType type = e.type(s);
    if (bias.isPresent()) {
      s = e.add(s, toScores(bias.get(), type));
    }
    return op.causal() ? e.select(visible(type), s, e.fill(type, Double.NEGATIVE_INFINITY)) : s;
  }

  private V visible(TensorType scores) {
    int rank = scores.shape().rank();
    TensorType positions = scores.as(DType.I32);
    V row = e.one(new Index.Iota(positions, rank - 2), List.of());
    V column = e.one(new Index.Iota(positions, rank - 1), List.of());
    return e.lessOrEqual(column, row);
  }

  private V toScores(V small, TensorType scores) {
    Shape shape = e.type(small).shape();
    List<Integer> axes = new ArrayList<>();
    Shape kept = Shape.of();
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.extent(i) == scores.shape().extent(i)) {
        axes.add(i);
        kept = kept.insert(kept.rank(), shape.extent(i));
      }
    }
    V reshaped = e.reshape(small, kept);
    return axes.size() == shape.rank() ? reshaped : e.broadcast(reshaped, scores.shape(), axes);
  }

  /** The sum of something of the shape of the scores where the bias is repeated. */
  V toBias(V scores, V like) {
    Shape full = e.type(scores).shape();
    Shape shape = e.type(like).shape();
    List<Integer> repeated = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.extent(i) != full.extent(i)) {
        repeated.add(i);
      }
    }
    return back(e.reshape(e.sum(scores, repeated), shape));
  }

  /** What a softmax gives: the weights, and the logarithm of the sum of exponentials. */
  public record Softmax<V>(V weights, V logSum) {}

  /** The softmax of the scores. Gradients flow through the weights, not through the logarithm. */
  public Softmax<V> softmax() {
    V s = scores();
    List<Integer> keys = List.of(e.type(s).shape().rank() - 1);
    V most = e.one(new Reduce.Max(keys), List.of(s));
    V largest = finite(e.unary(new Unary.StopGradient(), most));
    V exponentials = e.exp(e.sub(s, restored(largest, s)));
    V sum = sumKeys(exponentials);
    V divisor = sum;
    if (op.biased()) {
      divisor = e.select(e.equal(sum, e.fillLike(sum, 0)), e.fillLike(sum, 1), sum);
    }
    V weights = e.div(exponentials, restored(divisor, s));
    return new Softmax<>(weights, e.add(largest, e.log(sum)));
  }

  /** 0 for rows without a key, which only a bias can make. */
  private V finite(V x) {
    V none = e.fillLike(x, Double.NEGATIVE_INFINITY);
    return op.biased() ? e.select(e.equal(x, none), e.fillLike(x, 0), x) : x;
  }

  /** The weights once more, from the logarithms of their sums. */
  public V weights(V logSum) {
    V s = scores();
    return e.exp(e.sub(s, restored(finite(wide(logSum)), s)));
  }

  /** {@code weights · v}. */
  public V mixed(V weights) {
    return back(mix(weights, v));
  }

  /** The gradient of the scores. */
  V scoreGradient(V weights, V g, V delta) {
    V products = scoresOf(wide(g), v);
    return e.mul(weights, e.sub(products, restored(wide(delta), products)));
  }

  /** The gradients of queries, keys and values. */
  public List<V> gradients(V weights, V g, V delta) {
    V ds = e.scale(scoreGradient(weights, g, delta), op.scale());
    return List.of(back(mix(ds, k)), back(spread(ds, q)), back(spread(weights, wide(g))));
  }

  /**
   * The gradients of {@link #gradients} with respect to its inputs, the bias, and logarithms,
   * gradient and delta, in the order of {@link Attention.AttendGrad}.
   */
  List<Optional<V>> second(V logSum, V gradient, V delta, List<V> upstream) {
    V g = wide(gradient);
    V toQ = wide(upstream.get(0));
    V toK = wide(upstream.get(1));
    V toV = wide(upstream.get(2));
    V p = weights(logSum);
    V products = scoresOf(g, v);
    V inner = e.sub(products, restored(wide(delta), products));
    V ds = e.scale(e.mul(p, inner), op.scale());
    // Of ds before it is scaled, of the weights, of the products, of the scores.
    V ofDs = e.scale(e.add(scoresOf(toQ, k), scoresOf(q, toK)), op.scale());
    V ofP = e.add(e.mul(ofDs, inner), scoresOf(g, toV));
    V ofProducts = e.mul(ofDs, p);
    V ofScores = e.mul(ofP, p);
    V scaled = e.scale(ofScores, op.scale());
    List<Optional<V>> out = new ArrayList<>();
    out.add(Optional.of(back(e.add(mix(ds, toK), mix(scaled, k)))));
    out.add(Optional.of(back(e.add(spread(ds, toQ), spread(scaled, q)))));
    out.add(Optional.of(back(spread(ofProducts, g))));
    bias.ifPresent(b -> out.add(Optional.of(toBias(ofScores, b))));
    out.add(Optional.of(e.cast(e.neg(sumKeys(ofScores)), e.type(logSum).dtype())));
    out.add(Optional.of(back(e.add(mix(p, toV), mix(ofProducts, v)))));
    out.add(Optional.of(e.cast(e.neg(sumKeys(ofProducts)), e.type(delta).dtype())));
    return out;
  }
}

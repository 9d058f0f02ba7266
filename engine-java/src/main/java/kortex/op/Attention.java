package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Scaled dot-product attention (Vaswani et al., <i>Attention is all you need</i>, 2017): {@code
 * softmax(scale · q·kᵀ + bias) · v} with queries {@code [.., m, d]}, keys {@code [.., n, d]} and
 * values {@code [.., n, e]}. The last of the leading axes may be longer for queries: then so many
 * neighbouring heads share keys and values.
 *
 * <p>An op of its own because a backend can compute it without the {@code [.., m, n]} weights,
 * block by block (Dao et al., <i>FlashAttention</i>, 2022). What has no weights to keep keeps the
 * logarithm of the sum of each row. The bias may have extents of 1 where it is repeated, but for
 * the keys. A row to which a bias of −∞ leaves no key is 0, with gradients of 0.
 */
public sealed interface Attention extends Op {
  /** Whether query i sees the first i + 1 keys only. */
  boolean causal();

  /** What products of queries and keys are multiplied by. */
  double scale();

  /** Whether the fourth input is added to the scores. */
  boolean biased();

  @Override
  default boolean accumulates() {
    return true;
  }

  /** Members of a batch are more heads. */
  @Override
  default <V> List<V> batch(Emit<V> e, Batch<V> b) {
    List<V> inputs = new ArrayList<>(b.full(e));
    if (biased() && !b.has(3)) {
      inputs.set(3, e.reshape(b.in(3), e.type(b.in(3)).shape().prepend(1)));
    }
    return e.emit(this, inputs);
  }

  /** The dtype of sums of exponentials, and of their logarithms. */
  static DType statistics(DType dtype) {
    return dtype.isHalf() ? DType.F32 : dtype;
  }

  /**
   * Inputs: queries, keys, values, and a bias if {@code biased}. Results: the mixed values {@code
   * [.., m, e]}, and {@code log Σ e^score} of each query, {@code [.., m]}.
   */
  record Attend(boolean causal, double scale, boolean biased) implements Attention {
    @Override
    public double flops(List<TensorType> inputs, List<TensorType> outputs) {
      Shape q = inputs.get(0).shape();
      double features = q.extent(-1) + inputs.get(2).shape().extent(-1);
      return AttentionShapes.pairs(this, inputs) * (2 * features + 4);
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, biased ? 4 : 3);
      TensorType result = AttentionShapes.result(this, inputs);
      return List.of(result, AttentionShapes.logSum(inputs.getFirst()));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      V logSum = c.outputs().get(1);
      DType dtype = e.type(logSum).dtype();
      V g = c.gradients().getFirst();
      V products = e.mul(e.cast(g, dtype), e.cast(c.outputs().getFirst(), dtype));
      int last = e.type(g).shape().rank() - 1;
      V delta = e.sub(e.sum(products, List.of(last)), c.gradients().get(1));
      List<V> inputs = new ArrayList<>(c.inputs());
      inputs.addAll(List.of(logSum, g, delta));
      List<Optional<V>> out = new ArrayList<>();
      e.emit(new AttendGrad(causal, scale, biased), inputs).forEach(x -> out.add(Optional.of(x)));
      if (biased) {
        AttentionFormula<V> formula = AttentionFormula.of(e, this, c.inputs());
        V scores = formula.scoreGradient(formula.weights(logSum), g, delta);
        out.add(Optional.of(formula.toBias(scores, c.in(3))));
      }
      return out;
    }
  }

  /**
   * The gradients of {@link Attend}. Inputs: its inputs, {@code log Σ e^score}, the gradient of the
   * mixed values, and for each query {@code delta}: the product of mixed values and their gradient,
   * less the gradient of the logarithm. Results: the gradients of queries, keys and values. That of
   * the bias has the size of the weights, and is no part of it.
   */
  record AttendGrad(boolean causal, double scale, boolean biased) implements Attention {
    @Override
    public double flops(List<TensorType> inputs, List<TensorType> outputs) {
      Shape q = inputs.get(0).shape();
      double features = 3.0 * q.extent(-1) + 2.0 * inputs.get(2).shape().extent(-1);
      return AttentionShapes.pairs(this, inputs) * (2 * features + 4);
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      int own = biased ? 4 : 3;
      Op.arity(this, inputs, own + 3);
      TensorType mixed = AttentionShapes.result(this, inputs);
      AttentionShapes.requireEqual(this, inputs.getFirst(), mixed, inputs.subList(own, own + 3));
      return List.copyOf(inputs.subList(0, 3));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      int own = biased ? 4 : 3;
      return AttentionFormula.of(e, this, c.inputs().subList(0, own))
          .second(c.in(own), c.in(own + 1), c.in(own + 2), c.gradients());
    }
  }
}

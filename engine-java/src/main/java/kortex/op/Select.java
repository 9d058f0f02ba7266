package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Scalars;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * {@code y[i] = condition[i] ? a[i] : b[i]}. Inputs: condition (bool), a and b of one type; all of
 * one shape.
 */
public record Select() implements Op {
  /** The formula of one element. */
  public <S> S formula(Scalars<S> s, S condition, S a, S b) {
    return s.select(condition, a, b);
  }

  @Override
  public List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, 3);
    TensorType condition = inputs.get(0);
    TensorType a = inputs.get(1);
    if (condition.dtype() != DType.BOOL || a.dtype() != inputs.get(2).dtype()) {
      throw new DTypeException(
          "select needs bool and two tensors of one dtype, got " + inputs,
          "Compare to get the condition; cast one of the others.");
    }
    if (!a.equals(inputs.get(2)) || !condition.shape().equals(a.shape())) {
      throw new ShapeException("select needs one shape, got " + inputs, "Broadcast the inputs.");
    }
    return List.of(a);
  }

  @Override
  public <V> List<V> batch(Emit<V> e, Batch<V> b) {
    return e.emit(this, b.full(e));
  }

  @Override
  public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
    V zero = e.fillLike(c.grad(), 0);
    return List.of(
        Optional.empty(),
        Optional.of(e.select(c.in(0), c.grad(), zero)),
        Optional.of(e.select(c.in(0), zero, c.grad())));
  }
}

package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Scalars;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Running results along an axis: each element follows from the result before it and from what the
 * inputs have at its position. Inputs and result are of one type. Elements are combined in order.
 */
public sealed interface Accumulate extends Op {
  /** The axis it runs along. */
  int axis();

  /** Whether it runs from the last element to the first. */
  boolean reverse();

  /** The same along another axis. */
  Accumulate along(int axis);

  /** How many inputs it has; the first result is the last input's element. */
  int arity();

  /** How many positions behind its result, in the direction it runs, an input is read: 0 or 1. */
  int lag(int input);

  /** A result from the one before it. */
  <S> S next(Scalars<S> s, S before, List<S> inputs);

  @Override
  default boolean accumulates() {
    return true;
  }

  @Override
  default List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, arity());
    TensorType x = inputs.getLast();
    Axis.normalise(axis(), x.shape().rank());
    if (x.dtype() == DType.BOOL) {
      throw new DTypeException(label() + " needs numbers, got bool", "Cast first: x.cast(f32).");
    }
    if (!inputs.getFirst().equals(x)) {
      throw new ShapeException(
          label() + " needs inputs of one type, got " + inputs.getFirst() + " and " + x,
          "Broadcast or cast one of them.");
    }
    return List.of(x);
  }

  @Override
  default <V> List<V> batch(Emit<V> e, Batch<V> b) {
    return e.emit(along(axis() + 1), b.full(e));
  }

  /**
   * A linear recurrence. Forward {@code y[i] = a[i] · y[i − 1] + b[i]}; in reverse its transpose,
   * {@code y[i] = a[i + 1] · y[i + 1] + b[i]}. The first result is the element of b there, so
   * neither direction uses {@code a[0]}. Inputs: a, b.
   *
   * <p>With a = 1 it is a running sum. Each direction is the gradient of the other, and none of it
   * divides, so zeros in a running product are as exact as other numbers.
   */
  record Recurrence(int axis, boolean reverse) implements Accumulate {
    @Override
    public Accumulate along(int axis) {
      return new Recurrence(axis, reverse);
    }

    @Override
    public int arity() {
      return 2;
    }

    @Override
    public int lag(int input) {
      return reverse && input == 0 ? 1 : 0;
    }

    @Override
    public <S> S next(Scalars<S> s, S before, List<S> inputs) {
      return s.add(s.mul(inputs.get(0), before), inputs.get(1));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      V db = e.one(new Recurrence(axis, !reverse), List.of(c.in(0), c.grad()));
      V forward = reverse ? db : c.out();
      V backward = reverse ? c.out() : db;
      V da = e.mul(Index.previous(e, forward, axis), backward);
      return List.of(Optional.of(da), Optional.of(db));
    }
  }

  /** One of the elements so far, which gets the gradient. */
  sealed interface Extremum extends Accumulate {
    @Override
    default boolean reverse() {
      return false;
    }

    @Override
    default int arity() {
      return 1;
    }

    @Override
    default int lag(int input) {
      return 0;
    }

    /** Sends each gradient to the element that was the running extremum there. */
    @Override
    default <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      TensorType type = e.type(c.in(0));
      V at = e.one(new Index.Iota(type.as(DType.I64), axis()), List.of());
      V set = e.select(e.equal(c.in(0), c.out()), at, e.fillLike(at, 0));
      V winner = e.one(new CumMax(axis()), List.of(set));
      V position = Index.along(e, winner, type.shape().extent(axis()), axis());
      V dx = e.one(new Scatter.ScatterAdd(type.size()), List.of(position, c.grad()));
      return List.of(Optional.of(e.reshape(dx, type.shape())));
    }
  }

  /** The largest element so far; the last of equal ones gets the gradient. */
  record CumMax(int axis) implements Extremum {
    @Override
    public Accumulate along(int axis) {
      return new CumMax(axis);
    }

    @Override
    public <S> S next(Scalars<S> s, S before, List<S> inputs) {
      return s.max(before, inputs.getFirst());
    }
  }

  /** The smallest element so far; the last of equal ones gets the gradient. */
  record CumMin(int axis) implements Extremum {
    @Override
    public Accumulate along(int axis) {
      return new CumMin(axis);
    }

    @Override
    public <S> S next(Scalars<S> s, S before, List<S> inputs) {
      return s.min(before, inputs.getFirst());
    }
  }
}

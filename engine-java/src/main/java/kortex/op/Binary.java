package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Scalars;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** Elementwise functions of two arguments of equal type: {@code y[i] = f(a[i], b[i])}. */
public sealed interface Binary extends Op
    permits Binary.Add,
        Binary.Sub,
        Binary.Mul,
        Binary.Div,
        Binary.Pow,
        Binary.Max,
        Binary.Min,
        Binary.Comparison,
        Bits,
        Division,
        Plane {
  /** The formula of one element. */
  <S> S formula(Scalars<S> s, S a, S b);

  /** The element type of the result. */
  default DType result(DType arguments) {
    if (arguments == DType.BOOL) {
      throw new DTypeException(label() + " needs numbers, got bool", "Cast first: x.cast(f32).");
    }
    return arguments;
  }

  @Override
  default List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, 2);
    TensorType a = inputs.get(0);
    TensorType b = inputs.get(1);
    if (a.dtype() != b.dtype()) {
      throw new DTypeException(
          label() + " needs two tensors of one dtype, got " + a + " and " + b, "Cast one of them.");
    }
    if (!a.shape().equals(b.shape())) {
      throw new ShapeException(
          label() + " needs two tensors of one shape, got " + a + " and " + b,
          "Broadcast one of them to the shape of the other.");
    }
    return List.of(a.as(result(a.dtype())));
  }

  @Override
  default <V> List<V> batch(Emit<V> e, Batch<V> b) {
    return e.emit(this, b.full(e));
  }

  private static <V> List<Optional<V>> both(V a, V b) {
    return List.of(Optional.of(a), Optional.of(b));
  }

  /** a + b. */
  record Add() implements Binary {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.add(a, b);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return both(c.grad(), c.grad());
    }
  }

  /** a − b. */
  record Sub() implements Binary {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.sub(a, b);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return both(c.grad(), e.neg(c.grad()));
    }
  }

  /** a · b. */
  record Mul() implements Binary {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.mul(a, b);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return both(e.mul(c.grad(), c.in(1)), e.mul(c.grad(), c.in(0)));
    }
  }

  /** a / b; integers divide towards zero. */
  record Div() implements Binary {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.div(a, b);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      V da = e.div(c.grad(), c.in(1));
      return both(da, e.neg(e.mul(da, c.out())));
    }
  }

  /** a to the power of b; the gradient of b is 0 where a ≤ 0. */
  record Pow() implements Binary {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.pow(a, b);
    }

    @Override
    public DType result(DType arguments) {
      if (!arguments.isFloat()) {
        throw new DTypeException(
            "pow needs float tensors, got " + arguments, "Cast them first: x.cast(f32).");
      }
      return arguments;
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      V a = c.in(0);
      V b = c.in(1);
      V zero = e.fillLike(a, 0);
      V one = e.fillLike(a, 1);
      V slope = e.mul(b, e.pow(a, e.sub(b, one)));
      V da = e.mul(c.grad(), e.select(e.equal(b, zero), zero, slope));
      V positive = e.less(zero, a);
      V logA = e.select(positive, e.log(e.select(positive, a, one)), zero);
      return both(da, e.mul(c.grad(), e.mul(c.out(), logA)));
    }
  }

  /** The larger of a and b; where they are equal each gets half of the gradient. */
  record Max() implements Binary {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.max(a, b);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return winner(e, c, e.less(c.in(1), c.in(0)));
    }
  }

  /** The smaller of a and b; where they are equal each gets half of the gradient. */
  record Min() implements Binary {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.min(a, b);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return winner(e, c, e.less(c.in(0), c.in(1)));
    }
  }

  private static <V> List<Optional<V>> winner(Emit<V> e, Op.Call<V> c, V first) {
    V g = c.grad();
    V zero = e.fillLike(g, 0);
    V tie = e.equal(c.in(0), c.in(1));
    V half = e.scale(g, 0.5);
    return both(
        e.select(tie, half, e.select(first, g, zero)),
        e.select(tie, half, e.select(first, zero, g)));
  }

  /** Whether a relation holds between two elements: a bool, which has no gradient. */
  sealed interface Comparison extends Binary {
    @Override
    default DType result(DType arguments) {
      return DType.BOOL;
    }

    @Override
    default <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(Optional.empty(), Optional.empty());
    }
  }

  /** Bool: a = b. */
  record Equal() implements Comparison {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.equal(a, b);
    }
  }

  /** Bool: a &lt; b. */
  record Less() implements Comparison {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.less(a, b);
    }
  }

  /** Bool: a ≤ b. */
  record LessOrEqual() implements Comparison {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.lessOrEqual(a, b);
    }
  }
}

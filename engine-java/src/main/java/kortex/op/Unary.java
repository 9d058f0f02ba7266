package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Scalars;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.TensorType;

/** Elementwise functions of one argument: {@code y[i] = f(x[i])}. */
public sealed interface Unary extends Op
    permits Unary.Neg,
        Unary.Abs,
        Unary.Sign,
        Unary.Floor,
        Unary.Round,
        Unary.Exp,
        Unary.Log,
        Unary.Sqrt,
        Unary.Sin,
        Unary.Cos,
        Unary.Tanh,
        Unary.Sigmoid,
        Unary.Erf,
        Unary.Not,
        Unary.Cast,
        Unary.StopGradient,
        Exponential,
        Trigonometric,
        Special {
  /** The formula of one element. */
  <S> S formula(Scalars<S> s, S x);

  /** The gradient of the argument, from argument, result and the gradient of the result. */
  <V> V gradient(Emit<V> e, V x, V y, V g);

  /** The element type of the result. */
  default DType result(DType argument) {
    if (!argument.isFloat()) {
      throw new DTypeException(
          label() + " needs a float tensor, got " + argument, "Cast it first: x.cast(f32).");
    }
    return argument;
  }

  @Override
  default List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, 1);
    TensorType x = inputs.getFirst();
    return List.of(x.as(result(x.dtype())));
  }

  @Override
  default <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
    return List.of(Optional.of(gradient(e, call.in(0), call.out(), call.grad())));
  }

  @Override
  default <V> List<V> batch(Emit<V> e, Batch<V> b) {
    return e.emit(this, b.full(e));
  }

  private static DType number(Op op, DType argument) {
    if (argument == DType.BOOL) {
      throw new DTypeException(
          op.label() + " needs numbers, got " + argument, "Cast it first: x.cast(f32).");
    }
    return argument;
  }

  /** −x. */
  record Neg() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.neg(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.neg(g);
    }

    @Override
    public DType result(DType argument) {
      return number(this, argument);
    }
  }

  /** |x|; the gradient at 0 is 0. */
  record Abs() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.abs(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.sign(x));
    }

    @Override
    public DType result(DType argument) {
      return number(this, argument);
    }
  }

  /** −1, 0 or 1; NaN stays NaN. Its gradient is 0. */
  record Sign() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S zero = s.constant(x, 0);
      S negative = s.select(s.less(x, zero), s.constant(x, -1), x);
      return s.select(s.less(zero, x), s.constant(x, 1), negative);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.fillLike(g, 0);
    }

    @Override
    public DType result(DType argument) {
      return number(this, argument);
    }
  }

  /** The largest integer not above x. Its gradient is 0. */
  record Floor() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.floor(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.fillLike(g, 0);
    }
  }

  /** The nearest integer, the even one of two. Its gradient is 0. */
  record Round() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.round(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.fillLike(g, 0);
    }
  }

  /** e^x. */
  record Exp() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.exp(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, y);
    }
  }

  /** The natural logarithm. */
  record Log() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.log(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.div(g, x);
    }
  }

  /** √x; the gradient at 0 is infinite. */
  record Sqrt() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.sqrt(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.scale(e.div(g, y), 0.5);
    }
  }

  /** The sine of x in radians. */
  record Sin() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.sin(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.cos(x));
    }
  }

  /** The cosine of x in radians. */
  record Cos() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.cos(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.neg(e.mul(g, e.sin(x)));
    }
  }

  /** The hyperbolic tangent. */
  record Tanh() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.tanh(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.sub(e.fillLike(y, 1), e.mul(y, y)));
    }
  }

  /** 1 / (1 + e^−x), written so that no argument overflows and small results are exact. */
  record Sigmoid() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S one = s.constant(x, 1);
      S tail = s.exp(s.neg(s.abs(x)));
      S upper = s.div(one, s.add(one, tail));
      return s.select(s.less(x, s.constant(x, 0)), s.mul(tail, upper), upper);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.mul(y, e.sub(e.fillLike(y, 1), y)));
    }
  }

  /** The Gauss error function 2/√π ∫₀ˣ e^(−t²) dt. */
  record Erf() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.erf(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.scale(e.exp(e.neg(e.mul(x, x))), 2 / Math.sqrt(Math.PI)));
    }
  }

  /** Logical not of a bool. */
  record Not() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.xor(x, s.constant(x, 1));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
      return List.of(Optional.empty());
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return g;
    }

    @Override
    public DType result(DType argument) {
      if (argument != DType.BOOL) {
        throw new DTypeException("not needs bool, got " + argument, "Compare first: !(x lt 0).");
      }
      return argument;
    }
  }

  /** Conversion to another element type; floats to integers truncate. */
  record Cast(DType to) implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.cast(x, to);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
      boolean flows = to.isFloat() && e.type(call.in(0)).dtype().isFloat();
      return List.of(
          flows ? Optional.of(gradient(e, call.in(0), call.out(), call.grad())) : Optional.empty());
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.cast(g, e.type(x).dtype());
    }

    @Override
    public DType result(DType argument) {
      return to;
    }
  }

  /** The identity, through which no gradient flows. */
  record StopGradient() implements Unary {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return x;
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
      return List.of(Optional.empty());
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return g;
    }

    @Override
    public DType result(DType argument) {
      return argument;
    }
  }
}

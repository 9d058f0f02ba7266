package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Scalars;
import kortex.tensor.DType;

/** Functions of two floats that look at their signs and magnitudes. */
public sealed interface Plane extends Binary {
  @Override
  default DType result(DType arguments) {
    return Division.floats(this, arguments);
  }

  /** The angle of the point (b, a), from −π to π; both gradients at (0, 0) are 0. */
  record Atan2() implements Plane {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      S zero = s.constant(a, 0);
      S one = s.constant(a, 1);
      S tall = s.abs(a);
      S wide = s.abs(b);
      S larger = s.max(tall, wide);
      S smaller = s.min(tall, wide);
      S diagonal = s.select(s.equal(larger, zero), zero, one);
      S slope = s.select(s.equal(larger, smaller), diagonal, s.div(smaller, larger));
      S angle = s.atan(slope);
      S steep = s.sub(s.constant(a, Math.PI / 2), angle);
      S first = s.select(s.less(wide, tall), steep, angle);
      S left = s.less(s.copySign(one, b), zero);
      S upper = s.select(left, s.sub(s.constant(a, Math.PI), first), first);
      return s.copySign(upper, a);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      V a = c.in(0);
      V b = c.in(1);
      V length = nonZero(e, e.one(new Hypot(), List.of(a, b)));
      V g = e.div(c.grad(), length);
      return List.of(
          Optional.of(e.mul(g, e.div(b, length))), Optional.of(e.neg(e.mul(g, e.div(a, length)))));
    }
  }

  /** √(a² + b²) without overflow on the way; both gradients at (0, 0) are 0. */
  record Hypot() implements Plane {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      S zero = s.constant(a, 0);
      S one = s.constant(a, 1);
      S infinity = s.constant(a, Double.POSITIVE_INFINITY);
      S x = s.abs(a);
      S y = s.abs(b);
      S larger = s.max(x, y);
      S ratio = s.div(s.min(x, y), s.select(s.equal(larger, zero), one, larger));
      S length = s.mul(larger, s.sqrt(s.add(one, s.mul(ratio, ratio))));
      S endless = s.or(s.equal(x, infinity), s.equal(y, infinity));
      return s.select(endless, infinity, length);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      V g = e.div(c.grad(), nonZero(e, c.out()));
      return List.of(Optional.of(e.mul(g, c.in(0))), Optional.of(e.mul(g, c.in(1))));
    }
  }

  private static <V> V nonZero(Emit<V> e, V length) {
    return e.select(e.equal(length, e.fillLike(length, 0)), e.fillLike(length, 1), length);
  }

  /** |a| with the sign of b, also of a zero; the gradient of b is 0. */
  record CopySign() implements Plane {
    @Override
    public <S> S formula(Scalars<S> s, S a, S b) {
      return s.copySign(a, b);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      V one = e.fillLike(c.grad(), 1);
      V before = e.one(this, List.of(one, c.in(0)));
      V after = e.one(this, List.of(one, c.in(1)));
      return List.of(
          Optional.of(e.mul(c.grad(), e.mul(before, after))), Optional.of(e.fillLike(c.grad(), 0)));
    }
  }
}

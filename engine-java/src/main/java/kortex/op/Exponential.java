package kortex.op;

import kortex.scalar.Scalars;

/** Exponentials, logarithms and roots beyond {@link Unary.Exp} and {@link Unary.Log}. */
public sealed interface Exponential extends Unary {
  /** e^x − 1, exact near 0. */
  record Expm1() implements Exponential {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.expm1(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.exp(x));
    }
  }

  /** log(1 + x), exact near 0. */
  record Log1p() implements Exponential {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.log1p(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.div(g, e.shift(x, 1));
    }
  }

  /** 2^x. */
  record Exp2() implements Exponential {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.pow(s.constant(x, 2), x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.scale(y, Math.log(2)));
    }
  }

  /** The logarithm of base 2. */
  record Log2() implements Exponential {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.log2(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.scale(e.div(g, x), 1 / Math.log(2));
    }
  }

  /** The logarithm of base 10. */
  record Log10() implements Exponential {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.log10(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.scale(e.div(g, x), 1 / Math.log(10));
    }
  }

  /** The cube root, of negative numbers too; the gradient at 0 is infinite. */
  record Cbrt() implements Exponential {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S a = s.abs(x);
      S third = s.constant(x, 1 / 3.0);
      S y = s.pow(a, third);
      // The exponent is not quite 1/3; one step of Newton's method mends that.
      S better = s.sub(y, s.mul(s.sub(y, s.div(a, s.mul(y, y))), third));
      S zero = s.constant(x, 0);
      S infinity = s.constant(x, Double.POSITIVE_INFINITY);
      S fixed = s.or(s.equal(a, zero), s.equal(a, infinity));
      return s.copySign(s.select(fixed, a, better), x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.div(g, e.scale(e.mul(y, y), 3));
    }
  }

  /** log(1 + e^x), without overflow. */
  record Softplus() implements Exponential {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S tail = s.log1p(s.exp(s.neg(s.abs(x))));
      return s.add(s.max(x, s.constant(x, 0)), tail);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.unary(new Unary.Sigmoid(), x));
    }
  }
}

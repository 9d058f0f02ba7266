package kortex.op;

import kortex.scalar.Scalars;

/** Circular and hyperbolic functions and their inverses. Angles are in radians. */
public sealed interface Trigonometric extends Unary {
  /** Above this argument e^−x does not change e^x + e^−x any more. */
  double ONE_SIDED = 40;

  /** Above this argument 1 does not change x² + 1 any more. */
  double SQUARE_ONLY = 1L << 28;

  /** The tangent. */
  record Tan() implements Trigonometric {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.div(s.sin(x), s.cos(x));
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.shift(e.mul(y, y), 1));
    }
  }

  /** The arcsine, from −π/2 to π/2; the gradient at ±1 is infinite. */
  record Asin() implements Trigonometric {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S one = s.constant(x, 1);
      return s.atan(s.div(x, s.sqrt(s.mul(s.sub(one, x), s.add(one, x)))));
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.div(g, cosine(e, x));
    }
  }

  /** The arccosine, from 0 to π; the gradient at ±1 is infinite. */
  record Acos() implements Trigonometric {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S one = s.constant(x, 1);
      S half = s.atan(s.sqrt(s.div(s.sub(one, x), s.add(one, x))));
      return s.add(half, half);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.neg(e.div(g, cosine(e, x)));
    }
  }

  private static <V> V cosine(Emit<V> e, V sine) {
    V one = e.fillLike(sine, 1);
    return e.unary(new Unary.Sqrt(), e.mul(e.sub(one, sine), e.add(one, sine)));
  }

  /** The arctangent, from −π/2 to π/2. */
  record Atan() implements Trigonometric {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.atan(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.div(g, e.shift(e.mul(x, x), 1));
    }
  }

  /** The hyperbolic sine (e^x − e^−x) / 2. */
  record Sinh() implements Trigonometric {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S a = s.abs(x);
      S half = s.constant(x, 0.5);
      S m = s.expm1(a);
      S near = s.mul(half, s.add(m, s.div(m, s.add(m, s.constant(x, 1)))));
      S far = halfExponential(s, a);
      return s.copySign(s.select(s.less(s.constant(x, ONE_SIDED), a), far, near), x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.unary(new Cosh(), x));
    }
  }

  /** The hyperbolic cosine (e^x + e^−x) / 2. */
  record Cosh() implements Trigonometric {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S a = s.abs(x);
      S up = s.exp(a);
      S near = s.mul(s.constant(x, 0.5), s.add(up, s.div(s.constant(x, 1), up)));
      S far = halfExponential(s, a);
      return s.select(s.less(s.constant(x, ONE_SIDED), a), far, near);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.unary(new Sinh(), x));
    }
  }

  /** e^a / 2, which is finite a little beyond where e^a is. */
  private static <S> S halfExponential(Scalars<S> s, S a) {
    S half = s.constant(a, 0.5);
    S root = s.exp(s.mul(a, half));
    return s.mul(s.mul(half, root), root);
  }

  /** The inverse hyperbolic sine log(x + √(x² + 1)). */
  record Asinh() implements Trigonometric {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S a = s.abs(x);
      S one = s.constant(x, 1);
      S square = s.mul(a, a);
      S root = s.sqrt(s.add(square, one));
      S near = s.log1p(s.add(a, s.div(square, s.add(one, root))));
      S far = s.add(s.log(a), s.constant(x, Math.log(2)));
      return s.copySign(s.select(s.less(s.constant(x, SQUARE_ONLY), a), far, near), x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.div(g, e.one(new Plane.Hypot(), java.util.List.of(x, e.fillLike(x, 1))));
    }
  }

  /**
   * The inverse hyperbolic cosine log(x + √(x² − 1)), NaN below 1; the gradient at 1 is infinite.
   */
  record Acosh() implements Trigonometric {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S one = s.constant(x, 1);
      S above = s.sub(x, one);
      S near = s.log1p(s.add(above, s.sqrt(s.mul(above, s.add(x, one)))));
      S far = s.add(s.log(x), s.constant(x, Math.log(2)));
      S result = s.select(s.less(s.constant(x, SQUARE_ONLY), x), far, near);
      // The product above is positive again below −1, and may be infinite.
      return s.select(s.less(x, one), s.constant(x, Double.NaN), result);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      V lower = e.unary(new Unary.Sqrt(), e.shift(x, -1));
      return e.div(e.div(g, lower), e.unary(new Unary.Sqrt(), e.shift(x, 1)));
    }
  }

  /** The inverse hyperbolic tangent log((1 + x) / (1 − x)) / 2. */
  record Atanh() implements Trigonometric {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S a = s.abs(x);
      S ratio = s.div(s.add(a, a), s.sub(s.constant(x, 1), a));
      return s.copySign(s.mul(s.constant(x, 0.5), s.log1p(ratio)), x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      V one = e.fillLike(x, 1);
      return e.div(g, e.mul(e.sub(one, x), e.add(one, x)));
    }
  }
}

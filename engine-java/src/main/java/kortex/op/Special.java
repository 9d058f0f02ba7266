package kortex.op;

import kortex.scalar.Scalars;
import kortex.tensor.SettingException;

/** Error and gamma functions. */
public sealed interface Special extends Unary {
  /** The complement 1 − erf(x), exact where that is small. */
  record Erfc() implements Special {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.erfc(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.scale(e.exp(e.neg(e.mul(x, x))), -2 / Math.sqrt(Math.PI)));
    }
  }

  /**
   * The inverse of the error function on −1 … 1: Winitzki's approximation ("A handy approximation
   * for the error function and its inverse", 2008) and three steps of Halley's method.
   */
  record Erfinv() implements Special {
    private static final double A = 0.147;

    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S a = s.abs(x);
      S y = step(s, a, step(s, a, step(s, a, first(s, a))));
      S one = s.constant(x, 1);
      S end = s.constant(x, Double.POSITIVE_INFINITY);
      return s.copySign(s.select(s.equal(a, one), end, y), x);
    }

    private static <S> S first(Scalars<S> s, S a) {
      S log = s.log1p(s.neg(s.mul(a, a)));
      S b = s.add(s.constant(a, 2 / (Math.PI * A)), s.mul(s.constant(a, 0.5), log));
      S c = s.mul(log, s.constant(a, -1 / A));
      // √(b² + c) − b, of which b may be negative.
      S root = s.sqrt(s.add(s.mul(b, b), c));
      S sum = s.select(s.less(s.constant(a, 0), b), s.div(c, s.add(root, b)), s.sub(root, b));
      return s.sqrt(sum);
    }

    private static <S> S step(Scalars<S> s, S a, S y) {
      S one = s.constant(a, 1);
      S near = s.sub(s.erf(y), a);
      S far = s.sub(s.sub(one, a), s.erfc(y));
      S error = s.select(s.less(s.constant(a, 0.5), a), far, near);
      S slope = s.mul(s.constant(a, 2 / Math.sqrt(Math.PI)), s.exp(s.neg(s.mul(y, y))));
      S newton = s.div(error, slope);
      return s.sub(y, s.div(newton, s.add(one, s.mul(y, newton))));
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.scale(e.exp(e.mul(y, y)), Math.sqrt(Math.PI) / 2));
    }
  }

  /** log |Γ(x)|; ∞ at 0, −1, −2, …. */
  record Lgamma() implements Special {
    @Override
    public <S> S formula(Scalars<S> s, S x) {
      return s.lgamma(x);
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.unary(new Polygamma(0), x));
    }
  }

  /**
   * Derivative number {@code order} + 1 of log Γ: the digamma function for 0, trigamma for 1.
   * Throws {@link SettingException} for orders below 0 or above 100.
   *
   * <p>Ten terms of the defining sum, the rest by Euler and Maclaurin's formula (Abramowitz and
   * Stegun 6.3.18, 6.4.11); negative arguments by reflection. Near a zero the error is small
   * against 1, not against the result.
   */
  record Polygamma(int order) implements Special {
    private static final int TERMS = 10;

    /** B(2j) / (2j)!. */
    private static final double[] BERNOULLI = {
      1 / 12.0,
      -1 / 720.0,
      1 / 30240.0,
      -1 / 1209600.0,
      1 / 47900160.0,
      -691 / 1307674368000.0,
      1 / 74724249600.0
    };

    public Polygamma {
      if (order < 0 || order > 100) {
        throw new SettingException(
            "polygamma of order " + order, "Give an order from 0 (digamma) to 100.");
      }
    }

    @Override
    public <S> S formula(Scalars<S> s, S x) {
      S below = s.less(x, s.constant(x, 0));
      S z = s.select(below, s.sub(s.constant(x, 1), x), x);
      S right = order == 0 ? digamma(s, z) : higher(s, z);
      // (−1)^n ψ(1 − x) − ψ(x) = π dⁿ/dxⁿ cot πx
      S left = s.sub(order % 2 == 0 ? right : s.neg(right), cotangent(s, x));
      return s.select(below, left, right);
    }

    private static <S> S digamma(Scalars<S> s, S z) {
      // 1/z + … + 1/(z + 9), each with the one as far from the other end.
      S nine = s.constant(z, TERMS - 1);
      S pairs = s.mul(z, s.add(z, nine));
      S sum = s.constant(z, 0);
      for (int k = TERMS / 2 - 1; k >= 0; k--) {
        // Adding 0 would lose the sign of another.
        S pair = k == 0 ? pairs : s.add(pairs, s.constant(z, k * (TERMS - 1 - k)));
        sum = s.add(sum, s.div(s.constant(z, 1), pair));
      }
      sum = s.mul(sum, s.add(s.add(z, z), nine));
      S w = s.add(z, s.constant(z, TERMS));
      S inverse = s.div(s.constant(z, 1), w);
      S square = s.mul(inverse, inverse);
      S tail =
          s.polynomial(
              square, 1 / 12.0, -1 / 120.0, 1 / 252.0, -1 / 240.0, 1 / 132.0, -691 / 32760.0);
      S series = s.add(s.mul(s.constant(z, 0.5), inverse), s.mul(square, tail));
      S infinity = s.constant(z, Double.POSITIVE_INFINITY);
      S finite = s.sub(s.log(w), s.add(series, sum));
      return s.select(s.equal(z, infinity), infinity, finite);
    }

    /** (−1)^(n+1) n! Σ (z + k)^−(n+1). */
    private <S> S higher(Scalars<S> s, S z) {
      S one = s.constant(z, 1);
      S w = s.add(z, s.constant(z, TERMS));
      S inverse = s.div(one, w);
      S power = power(s, inverse, order);
      double[] c = new double[BERNOULLI.length];
      double rising = order + 1;
      for (int j = 0; j < c.length; j++) {
        c[j] = BERNOULLI[j] * rising;
        rising *= (order + 2.0 * j + 2) * (order + 2.0 * j + 3);
      }
      S tail = s.mul(s.polynomial(s.mul(inverse, inverse), c), inverse);
      S correction = s.mul(inverse, s.add(s.constant(z, 0.5), tail));
      S sum = s.mul(power, s.add(s.constant(z, 1.0 / order), correction));
      for (int k = TERMS - 1; k >= 0; k--) {
        sum = s.add(sum, power(s, s.div(one, s.add(z, s.constant(z, k))), order + 1));
      }
      double factorial = 1;
      for (int i = 2; i <= order; i++) {
        factorial *= i;
      }
      return s.mul(sum, s.constant(z, order % 2 == 0 ? -factorial : factorial));
    }

    private static <S> S power(Scalars<S> s, S x, int n) {
      if (n == 1) {
        return x;
      }
      S half = power(s, x, n / 2);
      S square = s.mul(half, half);
      return n % 2 == 0 ? square : s.mul(square, x);
    }

    /**
     * π dⁿ/dxⁿ cot πx, a polynomial of cot πx: each derivative of one multiplies its slope by −π (1
     * + c²).
     */
    private <S> S cotangent(Scalars<S> s, S x) {
      S fraction = s.sub(x, s.round(x));
      S pi = s.constant(x, Math.PI);
      // The cosine as a sine of what is left to a quarter of a turn, so that small ones are exact.
      S rest = s.sub(s.constant(x, 0.5), s.abs(fraction));
      S cot = s.div(s.sin(s.mul(rest, pi)), s.sin(s.mul(fraction, pi)));
      double[] c = {0, Math.PI};
      for (int n = 0; n < order; n++) {
        double[] next = new double[c.length + 1];
        for (int i = 1; i < c.length; i++) {
          next[i - 1] -= Math.PI * i * c[i];
          next[i + 1] -= Math.PI * i * c[i];
        }
        c = next;
      }
      S pole = s.equal(fraction, s.constant(x, 0));
      S there = s.constant(x, order % 2 == 0 ? Double.NaN : Double.NEGATIVE_INFINITY);
      return s.select(pole, there, s.polynomial(cot, c));
    }

    @Override
    public <V> V gradient(Emit<V> e, V x, V y, V g) {
      return e.mul(g, e.unary(new Polygamma(order + 1), x));
    }
  }
}

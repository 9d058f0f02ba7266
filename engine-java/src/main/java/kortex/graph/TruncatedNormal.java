package kortex.graph;

import kortex.scalar.Prim;
import kortex.scalar.ScalarMath;

/** Normal numbers between bounds, by the inverse of the distribution, in f64. */
final class TruncatedNormal {
  private static final double ROOT_2 = Math.sqrt(2);

  /** Beyond this bound 1 minus what is left of the distribution has too few digits. */
  private static final double TAIL = 2;

  /** Of Newton's method, whose error is below rounding then. */
  private static final int STEPS = 4;

  private TruncatedNormal() {}

  /** From uniform numbers in [0, 1). */
  static Tensor of(Tensor uniform, double low, double high) {
    if (low > TAIL) {
      return tail(uniform, low, high);
    }
    if (high < -TAIL) {
      return tail(uniform, -high, -low).neg();
    }
    double from = ScalarMath.erf(low / ROOT_2);
    double to = ScalarMath.erf(high / ROOT_2);
    // The inverse is infinite at ±1.
    double most = Math.nextDown(1.0);
    return uniform.mul(to - from).add(from).clamp(-most, most).erfinv().mul(ROOT_2);
  }

  /**
   * Of {@code log erfc}, which is concave: from above the solution Newton's method falls to it. It
   * starts there, for erfc z ≤ e^−z².
   */
  private static Tensor tail(Tensor uniform, double low, double high) {
    double near = ScalarMath.unary(Prim.ERFC, low / ROOT_2);
    double far = ScalarMath.unary(Prim.ERFC, high / ROOT_2);
    Tensor exponent = uniform.subFrom(1).mul(near - far).add(far).log().neg();
    Tensor z = exponent.sqrt();
    for (int i = 0; i < STEPS; i++) {
      Tensor left = z.erfc();
      Tensor inverse = left.mul(z.square().exp()).mul(Math.sqrt(Math.PI) / 2);
      z = z.add(left.log().add(exponent).mul(inverse));
    }
    return z.mul(ROOT_2);
  }
}

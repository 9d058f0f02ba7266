package kortex.graph;

import kortex.op.Exponential;
import kortex.op.Plane;
import kortex.op.Special;
import kortex.op.Trigonometric;

/**
 * Elementary and special functions of single elements of float tensors. Outside of a function's
 * domain the result is NaN.
 */
public sealed interface MathFunctions extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** e^x − 1, exact near 0. */
  default Tensor expm1() {
    return apply(new Exponential.Expm1());
  }

  /** 2^x. */
  default Tensor exp2() {
    return apply(new Exponential.Exp2());
  }

  /** log(1 + x), exact near 0. */
  default Tensor log1p() {
    return apply(new Exponential.Log1p());
  }

  /** The logarithm of base 2. */
  default Tensor log2() {
    return apply(new Exponential.Log2());
  }

  /** The logarithm of base 10. */
  default Tensor log10() {
    return apply(new Exponential.Log10());
  }

  /** The cube root, of negative numbers too. */
  default Tensor cbrt() {
    return apply(new Exponential.Cbrt());
  }

  /** 1 / √x. */
  default Tensor rsqrt() {
    return self().sqrt().reciprocal();
  }

  /** 1 / x. */
  default Tensor reciprocal() {
    return Tensor.full(type(), 1).div(self());
  }

  /** log(1 + e^x), without overflow. */
  default Tensor softplus() {
    return apply(new Exponential.Softplus());
  }

  /** log(1 / (1 + e^−x)), without overflow. */
  default Tensor logSigmoid() {
    return self().neg().softplus().neg();
  }

  /** The tangent, of radians. */
  default Tensor tan() {
    return apply(new Trigonometric.Tan());
  }

  /** The arcsine, from −π/2 to π/2. */
  default Tensor asin() {
    return apply(new Trigonometric.Asin());
  }

  /** The arccosine, from 0 to π. */
  default Tensor acos() {
    return apply(new Trigonometric.Acos());
  }

  /** The arctangent, from −π/2 to π/2. */
  default Tensor atan() {
    return apply(new Trigonometric.Atan());
  }

  /** The angle of the point (x, this), from −π to π; its gradients at (0, 0) are 0. */
  default Tensor atan2(Tensor x) {
    return Operands.apply(new Plane.Atan2(), self(), x);
  }

  /** √(this² + other²) without overflow on the way; its gradients at (0, 0) are 0. */
  default Tensor hypot(Tensor other) {
    return Operands.apply(new Plane.Hypot(), self(), other);
  }

  /** The hyperbolic sine. */
  default Tensor sinh() {
    return apply(new Trigonometric.Sinh());
  }

  /** The hyperbolic cosine. */
  default Tensor cosh() {
    return apply(new Trigonometric.Cosh());
  }

  /** The inverse hyperbolic sine. */
  default Tensor asinh() {
    return apply(new Trigonometric.Asinh());
  }

  /** The inverse hyperbolic cosine, from 0 on. */
  default Tensor acosh() {
    return apply(new Trigonometric.Acosh());
  }

  /** The inverse hyperbolic tangent. */
  default Tensor atanh() {
    return apply(new Trigonometric.Atanh());
  }

  /** Radians as degrees. */
  default Tensor toDegrees() {
    return self().mul(180 / Math.PI);
  }

  /** Degrees as radians. */
  default Tensor toRadians() {
    return self().mul(Math.PI / 180);
  }

  /** 1 − erf(x), exact where that is small. */
  default Tensor erfc() {
    return apply(new Special.Erfc());
  }

  /** The inverse of the error function, on −1 … 1. */
  default Tensor erfinv() {
    return apply(new Special.Erfinv());
  }

  /** log |Γ(x)|; ∞ at 0, −1, −2, …. */
  default Tensor lgamma() {
    return apply(new Special.Lgamma());
  }

  /** The derivative of log Γ(x). */
  default Tensor digamma() {
    return polygamma(0);
  }

  /**
   * Derivative number {@code order} + 1 of log Γ(x): digamma for 0, trigamma for 1. Throws {@link
   * kortex.tensor.SettingException} for orders below 0 or above 100.
   */
  default Tensor polygamma(int order) {
    return apply(new Special.Polygamma(order));
  }
}

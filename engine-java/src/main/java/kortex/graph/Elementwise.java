package kortex.graph;

import kortex.op.Binary;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.tensor.DType;
import kortex.tensor.Shape;

/**
 * Functions of single elements. Binary ones broadcast as NumPy's do and take numbers in the dtype
 * of the tensor.
 */
public sealed interface Elementwise extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** This + other. */
  default Tensor add(Tensor other) {
    return Operands.apply(new Binary.Add(), self(), other);
  }

  /** This + number. */
  default Tensor add(double number) {
    return add(Operands.number(self(), number));
  }

  /** This − other. */
  default Tensor sub(Tensor other) {
    return Operands.apply(new Binary.Sub(), self(), other);
  }

  /** This − number. */
  default Tensor sub(double number) {
    return sub(Operands.number(self(), number));
  }

  /** Elementwise product. */
  default Tensor mul(Tensor other) {
    return Operands.apply(new Binary.Mul(), self(), other);
  }

  /** This · number. */
  default Tensor mul(double number) {
    return mul(Operands.number(self(), number));
  }

  /** This / other. */
  default Tensor div(Tensor other) {
    return Operands.apply(new Binary.Div(), self(), other);
  }

  /** This / number. */
  default Tensor div(double number) {
    return div(Operands.number(self(), number));
  }

  /** This to the power of other. */
  default Tensor pow(Tensor other) {
    return Operands.apply(new Binary.Pow(), self(), other);
  }

  /** This to the power of a number; whole powers from 1 to 4 are products. */
  default Tensor pow(double exponent) {
    if (exponent == 1 || exponent == 2 || exponent == 3 || exponent == 4) {
      Tensor product = exponent % 2 == 1 ? Tensor.of(value()) : square();
      return exponent <= 2 ? product : product.mul(square());
    }
    return exponent == 0.5 ? sqrt() : pow(Operands.number(self(), exponent));
  }

  /** The larger of both, elementwise. */
  default Tensor max(Tensor other) {
    return Operands.apply(new Binary.Max(), self(), other);
  }

  /** The smaller of both, elementwise. */
  default Tensor min(Tensor other) {
    return Operands.apply(new Binary.Min(), self(), other);
  }

  /** Bool: elementwise equality. */
  default Tensor equal(Tensor other) {
    return Operands.apply(new Binary.Equal(), self(), other);
  }

  /** Bool: this &lt; other. */
  default Tensor less(Tensor other) {
    return Operands.apply(new Binary.Less(), self(), other);
  }

  /** Bool: this ≤ other. */
  default Tensor lessOrEqual(Tensor other) {
    return Operands.apply(new Binary.LessOrEqual(), self(), other);
  }

  /** Where this bool tensor holds {@code a}, elsewhere {@code b}; all broadcast. */
  default Tensor select(Tensor a, Tensor b) {
    Shape shape = shape().broadcast(a.shape()).broadcast(b.shape());
    return self()
        .broadcastTo(shape)
        .apply(new Select(), a.broadcastTo(shape), b.broadcastTo(shape));
  }

  /** −this. */
  default Tensor neg() {
    return apply(new Unary.Neg());
  }

  /** |this|. */
  default Tensor abs() {
    return apply(new Unary.Abs());
  }

  /** −1, 0 or 1. */
  default Tensor sign() {
    return apply(new Unary.Sign());
  }

  /** The largest integer not above each element. */
  default Tensor floor() {
    return apply(new Unary.Floor());
  }

  /** e to the power of each element. */
  default Tensor exp() {
    return apply(new Unary.Exp());
  }

  /** The natural logarithm. */
  default Tensor log() {
    return apply(new Unary.Log());
  }

  /** The square root. */
  default Tensor sqrt() {
    return apply(new Unary.Sqrt());
  }

  /** Each element times itself. */
  default Tensor square() {
    return mul(self());
  }

  /** The sine, of radians. */
  default Tensor sin() {
    return apply(new Unary.Sin());
  }

  /** The cosine, of radians. */
  default Tensor cos() {
    return apply(new Unary.Cos());
  }

  /** The hyperbolic tangent. */
  default Tensor tanh() {
    return apply(new Unary.Tanh());
  }

  /** 1 / (1 + e^−x). */
  default Tensor sigmoid() {
    return apply(new Unary.Sigmoid());
  }

  /** The Gauss error function. */
  default Tensor erf() {
    return apply(new Unary.Erf());
  }

  /** Conversion to another element type. */
  default Tensor cast(DType to) {
    return dtype() == to ? Tensor.of(value()) : apply(new Unary.Cast(to));
  }

  /** The same values, through which no gradient flows. */
  default Tensor stopGradient() {
    return apply(new Unary.StopGradient());
  }
}

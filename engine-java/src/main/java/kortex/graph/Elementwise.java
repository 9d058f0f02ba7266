package kortex.graph;

import kortex.op.Binary;
import kortex.op.Division;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;

/**
 * Functions of single elements. Binary ones broadcast and promote dtypes as NumPy's do. A number
 * takes the dtype of the tensor; a fractional one beside integers or bools makes both f32, and one
 * that does not fit an integer dtype is a {@link kortex.tensor.DTypeException}.
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
  default Tensor add(Number number) {
    return Operands.apply(new Binary.Add(), self(), number);
  }

  /** This − other. */
  default Tensor sub(Tensor other) {
    return Operands.apply(new Binary.Sub(), self(), other);
  }

  /** This − number. */
  default Tensor sub(Number number) {
    return Operands.apply(new Binary.Sub(), self(), number);
  }

  /** Elementwise product. */
  default Tensor mul(Tensor other) {
    return Operands.apply(new Binary.Mul(), self(), other);
  }

  /** This · number. */
  default Tensor mul(Number number) {
    return Operands.apply(new Binary.Mul(), self(), number);
  }

  /** Number − this. */
  default Tensor subFrom(Number number) {
    return Operands.apply(new Binary.Sub(), number, self());
  }

  /** This / other; integers and bools are divided as f32. */
  default Tensor div(Tensor other) {
    DType dtype = dtype().promote(other.dtype());
    return Operands.apply(
        new Binary.Div(), Operands.divisible(cast(dtype)), Operands.divisible(other.cast(dtype)));
  }

  /** This / number; integers and bools are divided as f32. */
  default Tensor div(Number number) {
    return Operands.apply(new Binary.Div(), Operands.divisible(self()), number);
  }

  /** Number / this; integers and bools divide as f32. */
  default Tensor divInto(Number number) {
    return Operands.apply(new Binary.Div(), number, Operands.divisible(self()));
  }

  /**
   * The largest integer not above this / other, in their dtype, as Python's {@code //}. Integers /
   * 0 are 0, floats ±∞ or NaN. No gradient flows.
   */
  default Tensor floorDiv(Tensor other) {
    return Quotients.floorDiv(self(), other);
  }

  /** The largest integer not above this / number. */
  default Tensor floorDiv(Number number) {
    return Quotients.floorDiv(self(), number);
  }

  /** The largest integer not above number / this. */
  default Tensor floorDivInto(Number number) {
    return Quotients.floorDiv(number, self());
  }

  /**
   * This − other · floorDiv(other), as Python's {@code %}: of the sign of the divisor. An integer
   * by 0 leaves 0, a float NaN.
   */
  default Tensor rem(Tensor other) {
    return Operands.apply(new Division.FloorMod(), self(), other);
  }

  /** The remainder of this / number, of the sign of the number. */
  default Tensor rem(Number number) {
    return Operands.apply(new Division.FloorMod(), self(), number);
  }

  /** The remainder of number / this, of the sign of this. */
  default Tensor remInto(Number number) {
    return Operands.apply(new Division.FloorMod(), number, self());
  }

  /** This to the power of other, of floats. */
  default Tensor pow(Tensor other) {
    return Operands.apply(new Binary.Pow(), self(), other);
  }

  /**
   * This to the power of a number. Whole powers from 1 to 4 are products, and so are all of
   * integers, which wrap; throws {@link kortex.tensor.DTypeException} for integers to a negative
   * one.
   */
  default Tensor pow(Number exponent) {
    return Powers.pow(self(), exponent);
  }

  /** Number to the power of this. */
  default Tensor powOf(Number base) {
    return Operands.apply(
        new Binary.Pow(), base, dtype().isFloat() ? self() : cast(Operands.DEFAULT_FLOAT));
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

  /** Bool: elementwise equality with a number. */
  default Tensor equal(Number number) {
    return Operands.compare(new Binary.Equal(), self(), number);
  }

  /** Bool: this &lt; other. */
  default Tensor less(Tensor other) {
    return Operands.apply(new Binary.Less(), self(), other);
  }

  /** Bool: this &lt; number. */
  default Tensor less(Number number) {
    return Operands.compare(new Binary.Less(), self(), number);
  }

  /** Bool: this &gt; other. */
  default Tensor greater(Tensor other) {
    return other.less(self());
  }

  /** Bool: this &gt; number. */
  default Tensor greater(Number number) {
    return Operands.compare(new Binary.Less(), number, self());
  }

  /** Bool: this ≤ other. */
  default Tensor lessOrEqual(Tensor other) {
    return Operands.apply(new Binary.LessOrEqual(), self(), other);
  }

  /** Bool: this ≤ number. */
  default Tensor lessOrEqual(Number number) {
    return Operands.compare(new Binary.LessOrEqual(), self(), number);
  }

  /** Bool: this ≥ other. */
  default Tensor greaterOrEqual(Tensor other) {
    return other.lessOrEqual(self());
  }

  /** Bool: this ≥ number. */
  default Tensor greaterOrEqual(Number number) {
    return Operands.compare(new Binary.LessOrEqual(), number, self());
  }

  /** Where this bool tensor holds {@code a}, elsewhere {@code b}, which promote; all broadcast. */
  default Tensor select(Tensor a, Tensor b) {
    if (dtype() != DType.BOOL) {
      throw new DTypeException(
          "where(condition, a, b): the condition is " + type() + ", but must be bool",
          "Put the condition first, and compare to get one: x gt 0.");
    }
    DType dtype = a.dtype().promote(b.dtype());
    Shape shape = shape().broadcast(a.shape()).broadcast(b.shape());
    return self()
        .broadcastTo(shape)
        .apply(new Select(), a.cast(dtype).broadcastTo(shape), b.cast(dtype).broadcastTo(shape));
  }

  /** Where this bool tensor holds {@code a}, elsewhere the number {@code b}. */
  default Tensor select(Tensor a, Number b) {
    Tensor number = Operands.beside(a, b);
    return select(a.cast(number.dtype()), number);
  }

  /** Where this bool tensor holds the number {@code a}, elsewhere {@code b}. */
  default Tensor select(Number a, Tensor b) {
    Tensor number = Operands.beside(b, a);
    return select(number, b.cast(number.dtype()));
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

  /**
   * Conversion to another element type. To a float: the nearest number, ties to even. From floats
   * to integers: truncated, the nearest bound where that is out of range, NaN is 0. Between
   * integers: the low bits. To bool: whether ≠ 0.
   */
  default Tensor cast(DType to) {
    return dtype() == to ? Tensor.of(value()) : apply(new Unary.Cast(to));
  }

  /** The same values, through which no gradient flows. */
  default Tensor stopGradient() {
    return apply(new Unary.StopGradient());
  }
}

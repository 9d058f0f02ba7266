package kortex.graph;

import kortex.op.Division;
import kortex.op.Plane;
import kortex.op.Unary;
import kortex.tensor.SettingException;

/** Rounding, remainders, bounds and mixtures, elementwise. Binary ones broadcast as NumPy's do. */
public sealed interface Arithmetic extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  private Tensor number(double value) {
    return Operands.number(self(), value);
  }

  /** The smallest integer not below each element. Its gradient is 0. */
  default Tensor ceil() {
    return self().neg().floor().neg();
  }

  /** Each element without what is behind the point. Its gradient is 0. */
  default Tensor trunc() {
    return self().abs().floor().copySign(self());
  }

  /** The nearest integer, the even one of two. Its gradient is 0. */
  default Tensor round() {
    return apply(new Unary.Round());
  }

  /** |this| with the sign of another tensor, also of its zeros. */
  default Tensor copySign(Tensor sign) {
    return Operands.apply(new Plane.CopySign(), self(), sign);
  }

  /**
   * this − other · trunc(this / other), as Java's {@code %}: of the sign of this. Integers modulo 0
   * give 0, floats NaN.
   */
  default Tensor remainder(Tensor other) {
    return Operands.apply(new Division.Remainder(), self(), other);
  }

  /** this − other · n with n the integer nearest to the quotient, as IEEE 754 has it. */
  default Tensor ieeeRemainder(Tensor other) {
    return Operands.apply(new Division.IeeeRemainder(), self(), other);
  }

  /**
   * Each element, or the bound that it is beyond; NaN stays. The gradient is 0 beyond the bounds
   * and 1 on them. Throws {@link SettingException} when {@code low} is not below or at {@code
   * high}, and {@link kortex.tensor.DTypeException} when a bound does not fit the dtype.
   */
  default Tensor clamp(Number low, Number high) {
    if (!Operands.ordered(low, high)) {
      throw new SettingException(
          "clamp from " + low + " to " + high, "Give the lower bound first.");
    }
    return clamp(bound(low), bound(high));
  }

  /** A number in this tensor's type, of which infinity is beyond everything. */
  private Tensor bound(Number number) {
    double value = number.doubleValue();
    boolean open = !dtype().isFloat() && !Operands.isWhole(number) && Double.isInfinite(value);
    return Operands.number(self(), open ? dtype().saturate(value) : number);
  }

  /** Each element, or the bound that it is beyond; where bounds cross, {@code high}. */
  default Tensor clamp(Tensor low, Tensor high) {
    Tensor raised = self().less(low).select(low, self());
    return high.less(raised).select(high, raised);
  }

  /** this + weight · (end − this): this for 0, exactly {@code end} for 1. */
  default Tensor lerp(Tensor end, double weight) {
    return lerp(end, number(weight));
  }

  /** this + weight · (end − this): this for 0, exactly {@code end} for 1. */
  default Tensor lerp(Tensor end, Tensor weight) {
    Tensor way = end.sub(self());
    Tensor rest = Operands.number(weight, 1).sub(weight);
    Tensor near = self().add(way.mul(weight));
    Tensor far = end.sub(way.mul(rest));
    return weight.less(Operands.number(weight, 0.5)).select(near, far);
  }

  /** this · factor + term; backends may round once instead of twice. */
  default Tensor fma(Tensor factor, Tensor term) {
    return self().mul(factor).add(term);
  }

  /** (this − other)². */
  default Tensor squaredDifference(Tensor other) {
    return self().sub(other).square();
  }

  /** Numbers in the place of NaN, ∞ and −∞, to which no gradient flows. */
  default Tensor nanToNum(double nan, double positive, double negative) {
    if (!dtype().isFloat()) {
      return self();
    }
    Tensor below = self().equal(number(Double.NEGATIVE_INFINITY)).select(number(negative), self());
    Tensor above = below.equal(number(Double.POSITIVE_INFINITY)).select(number(positive), below);
    return above.isNan().select(number(nan), above);
  }

  /** 0 in the place of NaN, the largest and smallest finite numbers in the place of ∞ and −∞. */
  default Tensor nanToNum() {
    return dtype().isFloat() ? nanToNum(0, dtype().largest(), -dtype().largest()) : self();
  }
}

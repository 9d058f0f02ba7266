package kortex.graph;

import kortex.op.Binary;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;

/** Powers with a number as exponent. */
final class Powers {
  private Powers() {}

  static Tensor pow(Tensor x, Number exponent) {
    if (!x.dtype().isFloat() && Operands.isWhole(exponent)) {
      return whole(x.dtype() == DType.BOOL ? x.cast(DType.I64) : x, exponent.longValue());
    }
    double power = exponent.doubleValue();
    if (power == 0.5 && x.dtype().isFloat()) {
      return x.sqrt();
    }
    boolean product = power == 1 || power == 2 || power == 3 || power == 4;
    return product && x.dtype().isFloat()
        ? whole(x, (long) power)
        : Operands.apply(new Binary.Pow(), x, exponent);
  }

  /** By squaring. */
  private static Tensor whole(Tensor x, long exponent) {
    if (exponent < 0) {
      throw new DTypeException(
          "integers of " + x.type() + " to the negative power " + exponent + " are no integers",
          "Cast the tensor to a float: x.cast(f32).");
    }
    Tensor out = Operands.fill(x.type(), 1);
    Tensor power = x;
    for (long rest = exponent; rest > 0; rest /= 2) {
      out = rest % 2 == 0 ? out : out.mul(power);
      power = rest > 1 ? power.square() : power;
    }
    return out;
  }
}

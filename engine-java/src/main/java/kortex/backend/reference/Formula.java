package kortex.backend.reference;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import kortex.kernel.Prim;
import kortex.kernel.ScalarMath;
import kortex.op.Scalars;
import kortex.tensor.DType;

/**
 * Evaluates scalar formulas on whole columns of numbers, a primitive at a time, so that what a
 * formula uses twice is computed once. Floats are computed in double, integers in long.
 */
final class Formula implements Scalars<Formula.Fn> {
  private final int size;

  /** Formulas of {@code size} elements. */
  Formula(int size) {
    this.size = size;
  }

  /** The values of a scalar at every position. */
  abstract static class Fn {
    final DType dtype;

    Fn(DType dtype) {
      this.dtype = dtype;
    }

    abstract double floating(int i);

    abstract long integer(int i);
  }

  private static final class Floating extends Fn {
    private final double[] values;

    Floating(DType dtype, int size, java.util.function.IntToDoubleFunction f) {
      super(dtype);
      values = new double[size];
      java.util.Arrays.setAll(values, f);
    }

    @Override
    double floating(int i) {
      return values[i];
    }

    @Override
    long integer(int i) {
      return (long) values[i];
    }
  }

  private static final class Whole extends Fn {
    private final long[] values;

    Whole(DType dtype, int size, java.util.function.IntToLongFunction f) {
      super(dtype);
      values = new long[size];
      boolean narrow = dtype == DType.I32;
      java.util.Arrays.setAll(values, i -> narrow ? (int) f.applyAsLong(i) : f.applyAsLong(i));
    }

    @Override
    double floating(int i) {
      return values[i];
    }

    @Override
    long integer(int i) {
      return values[i];
    }
  }

  private Fn floats(DType dtype, java.util.function.IntToDoubleFunction f) {
    return new Floating(dtype, size, f);
  }

  private Fn whole(DType dtype, java.util.function.IntToLongFunction f) {
    return new Whole(dtype, size, f);
  }

  /** The elements of an array; a scalar counts for every position. */
  Fn of(Dense array) {
    boolean scalar = array.shape().rank() == 0;
    return array.dtype().isFloat()
        ? floats(array.dtype(), i -> array.get(scalar ? 0 : i))
        : whole(array.dtype(), i -> array.getLong(scalar ? 0 : i));
  }

  /** The position itself. */
  Fn position() {
    return whole(DType.I64, i -> i);
  }

  /** Stores a formula's values. */
  static void store(Fn formula, Dense out) {
    for (int i = 0; i < out.size(); i++) {
      if (out.dtype().isFloat()) {
        out.set(i, formula.floating(i));
      } else {
        out.setLong(i, formula.integer(i));
      }
    }
  }

  private Fn unary(Prim prim, Fn x, DoubleUnaryOperator f) {
    return x.dtype.isFloat()
        ? floats(x.dtype, i -> f.applyAsDouble(x.floating(i)))
        : whole(x.dtype, i -> ScalarMath.unary(prim, x.integer(i)));
  }

  private Fn binary(Prim prim, Fn a, Fn b, DoubleBinaryOperator f) {
    return a.dtype.isFloat()
        ? floats(a.dtype, i -> f.applyAsDouble(a.floating(i), b.floating(i)))
        : integers(a.dtype, a, b, (x, y) -> ScalarMath.binary(prim, x, y));
  }

  private Fn integers(DType dtype, Fn a, Fn b, LongBinaryOperator f) {
    return whole(dtype, i -> f.applyAsLong(a.integer(i), b.integer(i)));
  }

  private Fn compare(Prim prim, Fn a, Fn b) {
    return a.dtype.isFloat()
        ? whole(DType.BOOL, i -> ScalarMath.compare(prim, a.floating(i), b.floating(i)) ? 1 : 0)
        : integers(DType.BOOL, a, b, (x, y) -> ScalarMath.binary(prim, x, y));
  }

  @Override
  public Fn constant(Fn like, double value) {
    double rounded = like.dtype == DType.F32 ? (float) value : value;
    return like.dtype.isFloat()
        ? floats(like.dtype, i -> rounded)
        : whole(like.dtype, i -> (long) value);
  }

  @Override
  public Fn add(Fn a, Fn b) {
    return binary(Prim.ADD, a, b, Double::sum);
  }

  @Override
  public Fn sub(Fn a, Fn b) {
    return binary(Prim.SUB, a, b, (x, y) -> x - y);
  }

  @Override
  public Fn mul(Fn a, Fn b) {
    return binary(Prim.MUL, a, b, (x, y) -> x * y);
  }

  @Override
  public Fn div(Fn a, Fn b) {
    return binary(Prim.DIV, a, b, (x, y) -> x / y);
  }

  @Override
  public Fn pow(Fn a, Fn b) {
    return binary(Prim.POW, a, b, Math::pow);
  }

  @Override
  public Fn min(Fn a, Fn b) {
    return binary(Prim.MIN, a, b, Math::min);
  }

  @Override
  public Fn max(Fn a, Fn b) {
    return binary(Prim.MAX, a, b, Math::max);
  }

  @Override
  public Fn neg(Fn x) {
    return unary(Prim.NEG, x, v -> -v);
  }

  @Override
  public Fn abs(Fn x) {
    return unary(Prim.ABS, x, Math::abs);
  }

  @Override
  public Fn sqrt(Fn x) {
    return unary(Prim.SQRT, x, Math::sqrt);
  }

  @Override
  public Fn exp(Fn x) {
    return unary(Prim.EXP, x, Math::exp);
  }

  @Override
  public Fn log(Fn x) {
    return unary(Prim.LOG, x, Math::log);
  }

  @Override
  public Fn sin(Fn x) {
    return unary(Prim.SIN, x, Math::sin);
  }

  @Override
  public Fn cos(Fn x) {
    return unary(Prim.COS, x, Math::cos);
  }

  @Override
  public Fn tanh(Fn x) {
    return unary(Prim.TANH, x, Math::tanh);
  }

  @Override
  public Fn erf(Fn x) {
    return unary(Prim.ERF, x, ScalarMath::erf);
  }

  @Override
  public Fn floor(Fn x) {
    return unary(Prim.FLOOR, x, Math::floor);
  }

  @Override
  public Fn equal(Fn a, Fn b) {
    return compare(Prim.EQUAL, a, b);
  }

  @Override
  public Fn less(Fn a, Fn b) {
    return compare(Prim.LESS, a, b);
  }

  @Override
  public Fn lessOrEqual(Fn a, Fn b) {
    return compare(Prim.LESS_OR_EQUAL, a, b);
  }

  @Override
  public Fn and(Fn a, Fn b) {
    return integers(a.dtype, a, b, (x, y) -> x & y);
  }

  @Override
  public Fn or(Fn a, Fn b) {
    return integers(a.dtype, a, b, (x, y) -> x | y);
  }

  @Override
  public Fn xor(Fn a, Fn b) {
    return integers(a.dtype, a, b, (x, y) -> x ^ y);
  }

  @Override
  public Fn shiftLeft(Fn x, int bits) {
    return whole(x.dtype, i -> x.integer(i) << bits);
  }

  @Override
  public Fn shiftRight(Fn x, int bits) {
    long mask = x.dtype == DType.I32 ? 0xFFFFFFFFL : -1L;
    return whole(x.dtype, i -> (x.integer(i) & mask) >>> bits);
  }

  @Override
  public Fn select(Fn condition, Fn a, Fn b) {
    return a.dtype.isFloat()
        ? floats(a.dtype, i -> condition.integer(i) != 0 ? a.floating(i) : b.floating(i))
        : whole(a.dtype, i -> condition.integer(i) != 0 ? a.integer(i) : b.integer(i));
  }

  @Override
  public Fn cast(Fn x, DType to) {
    if (to.isFloat()) {
      return to == DType.F32 ? floats(to, i -> (float) x.floating(i)) : floats(to, x::floating);
    }
    if (to == DType.BOOL) {
      return whole(to, i -> (x.dtype.isFloat() ? x.floating(i) != 0 : x.integer(i) != 0) ? 1 : 0);
    }
    if (!x.dtype.isFloat()) {
      return whole(to, x::integer);
    }
    return whole(to, i -> to == DType.I32 ? (int) x.floating(i) : (long) x.floating(i));
  }
}

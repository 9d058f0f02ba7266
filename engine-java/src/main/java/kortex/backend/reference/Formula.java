package kortex.backend.reference;

import java.util.List;
import kortex.scalar.Prim;
import kortex.scalar.ScalarMath;
import kortex.scalar.Scalars;
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
      java.util.Arrays.setAll(values, i -> dtype.wrap(f.applyAsLong(i)));
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

  /** The elements of an array. */
  Fn of(Dense array) {
    return array.dtype().isFloat()
        ? floats(array.dtype(), array::get)
        : whole(array.dtype(), array::getLong);
  }

  /** One element of an array. */
  Fn of(Dense array, long at) {
    return number(array.dtype(), array.dtype().isFloat() ? array.get(at) : 0, array.getLong(at));
  }

  /** A number: the float in a float type, else the integer. */
  Fn number(DType dtype, double floating, long integer) {
    return dtype.isFloat() ? floats(dtype, i -> floating) : whole(dtype, i -> integer);
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

  @Override
  public Fn apply(Prim prim, List<Fn> args) {
    Fn a = args.get(0);
    Fn b = args.get(args.size() == 1 ? 0 : 1);
    boolean floating = a.dtype.isFloat();
    if (prim == Prim.SELECT) {
      Fn c = args.get(2);
      return b.dtype.isFloat()
          ? floats(b.dtype, i -> a.integer(i) != 0 ? b.floating(i) : c.floating(i))
          : whole(b.dtype, i -> a.integer(i) != 0 ? b.integer(i) : c.integer(i));
    }
    if (prim.compares() && floating) {
      return whole(DType.BOOL, i -> ScalarMath.compare(prim, a.floating(i), b.floating(i)) ? 1 : 0);
    }
    if (args.size() == 1) {
      return floating
          ? floats(a.dtype, i -> ScalarMath.unary(prim, a.floating(i)))
          : whole(a.dtype, i -> ScalarMath.unary(prim, a.integer(i)));
    }
    if (floating) {
      return floats(a.dtype, i -> ScalarMath.binary(prim, a.floating(i), b.floating(i)));
    }
    return whole(
        prim.compares() ? DType.BOOL : a.dtype,
        i ->
            ScalarMath.binary(prim, ScalarMath.carrier(prim, a.dtype, a.integer(i)), b.integer(i)));
  }

  @Override
  public Fn constant(Fn like, double value) {
    if (like.dtype.isHalf()) {
      // Formulas of half precision are computed as if in f32; the result is rounded once.
      return floats(like.dtype, i -> (float) value);
    }
    if (like.dtype.isFloat()) {
      double rounded = like.dtype.round(value);
      return floats(like.dtype, i -> rounded);
    }
    long whole = like.dtype.saturate(value);
    return whole(like.dtype, i -> whole);
  }

  @Override
  public Fn cast(Fn x, DType to) {
    boolean floating = x.dtype.isFloat();
    if (to.isFloat()) {
      return floats(to, i -> floating ? to.round(x.floating(i)) : to.round(x.integer(i)));
    }
    return whole(to, i -> floating ? to.saturate(x.floating(i)) : x.integer(i));
  }
}

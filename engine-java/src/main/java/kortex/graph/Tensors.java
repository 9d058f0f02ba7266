package kortex.graph;

import kortex.tensor.DType;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Tensors of regular numbers, as NumPy's functions of the same names make them. */
public final class Tensors {
  private static final int MOST = Integer.MAX_VALUE - 9;

  private Tensors() {}

  /** All 0. */
  public static Tensor zeros(DType dtype, long... shape) {
    return full(0, dtype, shape);
  }

  /** All 1. */
  public static Tensor ones(DType dtype, long... shape) {
    return full(1, dtype, shape);
  }

  /**
   * One number everywhere. Throws {@link kortex.tensor.DTypeException} when it is not exactly one
   * of an integer dtype.
   */
  public static Tensor full(Number value, DType dtype, long... shape) {
    return Tensor.full(new TensorType(dtype, Shape.of(shape)), value);
  }

  /** All 0, of the type of {@code x}. */
  public static Tensor zerosLike(Tensor x) {
    return Tensor.full(x.type(), 0);
  }

  /** All 1, of the type of {@code x}. */
  public static Tensor onesLike(Tensor x) {
    return Tensor.full(x.type(), 1);
  }

  /** One number everywhere, of the type of {@code x}. */
  public static Tensor fullLike(Tensor x, Number value) {
    return Tensor.full(x.type(), value);
  }

  /** 0, 1, … below {@code stop}: i64 if that is of an integer type, else f32. */
  public static Tensor arange(Number stop) {
    return arange(0, stop, 1);
  }

  /** {@code start}, {@code start} + 1, … below {@code stop}. */
  public static Tensor arange(Number start, Number stop) {
    return arange(start, stop, 1);
  }

  /**
   * {@code start}, {@code start + step}, … before {@code stop}: i64 if all three are of integer
   * types, else f32.
   */
  public static Tensor arange(Number start, Number stop, Number step) {
    boolean whole = Operands.isWhole(start) && Operands.isWhole(stop) && Operands.isWhole(step);
    return arange(start, stop, step, whole ? DType.I64 : Operands.DEFAULT_FLOAT);
  }

  /**
   * {@code start + i · step} for i = 0, 1, … before {@code stop}: ⌈(stop − start) / step⌉ numbers,
   * none when the step points away. Computed in long for integers, else in double. Throws {@link
   * SettingException} for a step of 0 and {@link kortex.tensor.DTypeException} for a number that an
   * integer dtype does not hold.
   */
  public static Tensor arange(Number start, Number stop, Number step, DType dtype) {
    if (step.doubleValue() == 0 || Double.isNaN(step.doubleValue())) {
      throw new SettingException(
          "arange from " + start + " to " + stop + " never ends with step " + step,
          "Use a step above or below 0.");
    }
    boolean whole = Operands.isWhole(start) && Operands.isWhole(stop) && Operands.isWhole(step);
    return whole
        ? whole(
            Operands.fit(DType.I64, start),
            Operands.fit(DType.I64, stop),
            Operands.fit(DType.I64, step),
            dtype)
        : fractional(start.doubleValue(), stop.doubleValue(), step.doubleValue(), dtype);
  }

  private static Tensor whole(long start, long stop, long step, DType dtype) {
    boolean empty = step > 0 ? start >= stop : start <= stop;
    // The distance of two longs may need 64 bits, so it is counted without a sign.
    long distance = step > 0 ? stop - start : start - stop;
    long stride = step > 0 ? step : -step;
    long count = empty ? 0 : Long.divideUnsigned(distance - 1, stride) + 1;
    double numbers = count < 0 ? 0x1p64 + count : count;
    Storage out = allocate(dtype, numbers, start, stop, step);
    for (long i = 0; i < count; i++) {
      long value = start + i * step;
      if (!dtype.isFloat()) {
        Operands.fit(dtype, value);
      }
      HostMemory.setLong(out.host(), dtype, i, value);
    }
    return Tensor.constant(out);
  }

  private static Tensor fractional(double start, double stop, double step, DType dtype) {
    double count = Math.max(0, Math.ceil((stop - start) / step));
    Storage out = allocate(dtype, count, start, stop, step);
    for (long i = 0; i < out.type().size(); i++) {
      set(out, i, start + i * step);
    }
    return Tensor.constant(out);
  }

  private static Storage allocate(
      DType dtype, double count, Number start, Number stop, Number step) {
    if (!(count >= 0 && count <= MOST)) {
      throw new SettingException(
          "arange from "
              + start
              + " to "
              + stop
              + " with step "
              + step
              + (Double.isNaN(count) ? " has no length" : " has more than " + MOST + " numbers"),
          "Use finite bounds that are fewer steps apart.");
    }
    return Storage.zeros(new TensorType(dtype, Shape.of((long) count)));
  }

  /** Integers are rounded down, as NumPy does. */
  private static void set(Storage out, long i, double value) {
    DType dtype = out.type().dtype();
    if (dtype.isFloat()) {
      HostMemory.set(out.host(), dtype, i, value);
    } else {
      HostMemory.setLong(out.host(), dtype, i, Operands.fit(dtype, Math.floor(value)));
    }
  }

  /** {@code count} f32 from {@code start} to {@code stop}, both included, in equal steps. */
  public static Tensor linspace(Number start, Number stop, long count) {
    return linspace(start, stop, count, Operands.DEFAULT_FLOAT);
  }

  /**
   * {@code count} numbers from {@code start} to {@code stop}, both included, in equal steps:
   * computed in double, then rounded, or rounded down to integers.
   */
  public static Tensor linspace(Number start, Number stop, long count, DType dtype) {
    if (count < 0) {
      throw new SettingException("linspace of " + count + " numbers", "Use a count of 0 or more.");
    }
    Storage out = Storage.zeros(new TensorType(dtype, Shape.of(count)));
    double from = start.doubleValue();
    double step = (stop.doubleValue() - from) / (count - 1);
    for (long i = 0; i < count; i++) {
      set(out, i, i == 0 ? from : i == count - 1 ? stop.doubleValue() : from + i * step);
    }
    return Tensor.constant(out);
  }

  /** The identity matrix {@code f32[n, n]}. */
  public static Tensor eye(long n) {
    return eye(n, n, 0, Operands.DEFAULT_FLOAT);
  }

  /**
   * {@code [rows, columns]} of 1 on the diagonal that starts {@code diagonal} columns to the right
   * (below 0: rows down), and of 0 elsewhere.
   */
  public static Tensor eye(long rows, long columns, long diagonal, DType dtype) {
    TensorType index = new TensorType(DType.I64, Shape.of(rows, columns));
    Tensor column = Tensor.iota(index, 1);
    return Tensor.iota(index, 0).add(diagonal).equal(column).cast(dtype);
  }
}

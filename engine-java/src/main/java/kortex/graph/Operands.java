package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Brings operands to one type before an elementwise op sees them. Tensors promote as NumPy's do
 * ({@link DType#promote}); a number takes the dtype of the tensor, unless it is fractional and the
 * tensor is not: then both become f32.
 */
final class Operands {
  /** The dtype of quotients, means and fractions of integers. */
  static final DType DEFAULT_FLOAT = DType.F32;

  private Operands() {}

  /** Applies an elementwise op of two operands, which promote and broadcast. */
  static Tensor apply(Op op, Tensor a, Tensor b) {
    DType dtype = a.dtype().promote(b.dtype());
    Shape shape = a.shape().broadcast(b.shape());
    return a.cast(dtype).broadcastTo(shape).apply(op, b.cast(dtype).broadcastTo(shape));
  }

  /** Applies an elementwise op to a tensor and a number. */
  static Tensor apply(Op op, Tensor a, Number b) {
    DType dtype = beside(a.dtype(), b);
    return apply(op, a.cast(dtype), fill(a.type().as(dtype), b));
  }

  /** Applies an elementwise op to a number and a tensor. */
  static Tensor apply(Op op, Number a, Tensor b) {
    DType dtype = beside(b.dtype(), a);
    return apply(op, fill(b.type().as(dtype), a), b.cast(dtype));
  }

  /** A number as a tensor without axes, in the dtype that it takes beside a tensor. */
  static Tensor beside(Tensor x, Number number) {
    DType dtype = beside(x.dtype(), number);
    return fill(new TensorType(dtype, Shape.SCALAR), number);
  }

  /** Compares a tensor with a number, which need not fit its dtype. */
  static Tensor compare(Op op, Tensor a, Number b) {
    DType dtype = compared(a.dtype(), b);
    return apply(op, a.cast(dtype), fill(a.type().as(dtype), b));
  }

  /** Compares a number with a tensor, whose dtype it need not fit. */
  static Tensor compare(Op op, Number a, Tensor b) {
    DType dtype = compared(b.dtype(), a);
    return apply(op, fill(b.type().as(dtype), a), b.cast(dtype));
  }

  /** A tensor whose quotients are not cut off: integers and bools become f32. */
  static Tensor divisible(Tensor x) {
    return x.dtype().isFloat() ? x : x.cast(DEFAULT_FLOAT);
  }

  private static DType beside(DType dtype, Number number) {
    if (dtype.isFloat() || (dtype.isInteger() && isWhole(number))) {
      return dtype;
    }
    return isWhole(number) ? DType.I64 : DEFAULT_FLOAT;
  }

  private static DType compared(DType dtype, Number number) {
    if (dtype.isFloat()) {
      return dtype;
    }
    OptionalLong whole = whole(number);
    if (whole.isEmpty()) {
      return DType.F64;
    }
    boolean fits = whole.getAsLong() >= dtype.least() && whole.getAsLong() <= dtype.greatest();
    return fits && dtype.isInteger() ? dtype : DType.I64;
  }

  /** Whether a number is of an integer type, whatever its value. */
  static boolean isWhole(Number number) {
    return switch (number) {
      case Byte b -> true;
      case Short s -> true;
      case Integer i -> true;
      case Long l -> true;
      case BigInteger b -> true;
      case AtomicInteger a -> true;
      case AtomicLong a -> true;
      default -> false;
    };
  }

  /** The value of a number of an integer type that fits 64 bits. */
  private static OptionalLong whole(Number number) {
    boolean fits = isWhole(number) && !(number instanceof BigInteger big && big.bitLength() > 63);
    return fits ? OptionalLong.of(number.longValue()) : OptionalLong.empty();
  }

  /** Whether one number is below another or equal to it; NaN is neither. */
  static boolean ordered(Number low, Number high) {
    OptionalLong first = whole(low);
    OptionalLong second = whole(high);
    return first.isPresent() && second.isPresent()
        ? first.getAsLong() <= second.getAsLong()
        : low.doubleValue() <= high.doubleValue();
  }

  /** The value in an integer type or bool; throws {@link DTypeException} when it does not fit. */
  static long fit(DType dtype, Number number) {
    OptionalLong whole = whole(number);
    double x = number.doubleValue();
    if (whole.isEmpty() && x == Math.rint(x) && Math.abs(x) <= 0x1p63) {
      whole = OptionalLong.of((long) x);
    }
    if (whole.isEmpty()
        || whole.getAsLong() < dtype.least()
        || whole.getAsLong() > dtype.greatest()) {
      throw new DTypeException(
          number
              + " does not fit "
              + dtype
              + ", which holds whole numbers from "
              + dtype.least()
              + " to "
              + dtype.greatest(),
          "Cast the tensor to a wider dtype first, or use a number that fits.");
    }
    return whole.getAsLong();
  }

  /** One number repeated, exactly; throws {@link DTypeException} when an integer does not fit. */
  static Tensor fill(TensorType type, Number number) {
    DType dtype = type.dtype();
    if (dtype.isFloat()) {
      OptionalLong whole = whole(number);
      double value = whole.isPresent() ? dtype.round(whole.getAsLong()) : number.doubleValue();
      return fill(type, value);
    }
    long value = fit(dtype, number);
    if (Math.abs((double) value) < 0x1p53) {
      return fill(type, (double) value);
    }
    // A fill holds a double; larger integers are read from memory, so that they stay exact.
    MemorySegment one = MemorySegment.ofArray(new long[] {value});
    return Tensor.constant(Storage.of(type.as(Shape.SCALAR), one)).broadcastTo(type.shape());
  }

  /** A number in the type of a tensor. */
  static Tensor number(Tensor like, Number number) {
    return fill(like.type(), number);
  }

  private static Tensor fill(TensorType type, double value) {
    return Tensor.of(GraphEmit.INSTANCE.one(new Leaf.Fill(type, value), java.util.List.of()));
  }
}

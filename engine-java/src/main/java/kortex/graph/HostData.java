package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;
import org.jspecify.annotations.Nullable;

/** Tensors of data that Java code has: nested arrays and lists, buffers, memory segments. */
public final class HostData {
  private HostData() {}

  /**
   * Dense row-major data in native byte order, not copied: the caller owns the memory, leaves it
   * alone and, if its arena can be closed, open while the tensor or anything not yet computed from
   * it is used. After that a computation throws {@link kortex.tensor.DeviceException}. Bools are
   * bytes of 0 or 1, checked here. Throws {@link ShapeException} when the size is not that of the
   * type.
   */
  public static Tensor of(TensorType type, MemorySegment data) {
    if (type.dtype() == DType.BOOL) {
      Storage.requireOpen(type, data);
      for (long i = 0; i < data.byteSize(); i++) {
        byte value = data.get(ValueLayout.JAVA_BYTE, i);
        if (value != 0 && value != 1) {
          throw new DTypeException(
              "byte " + i + " of the bools is " + value + ", neither 0 nor 1",
              "Read the bytes as i8 and cast them to bool.");
        }
      }
    }
    return Tensor.constant(Storage.of(type, data));
  }

  /**
   * The elements between position and limit of a buffer, in a dtype of the same width ({@link
   * ByteBuffer}: of any width, in its byte order). Not copied when the buffer has native byte
   * order: leave it alone afterwards. Position and limit stay.
   */
  public static Tensor of(Buffer data, DType dtype, long... shape) {
    TensorType type = new TensorType(dtype, Shape.of(shape));
    if (!holds(data, dtype)) {
      throw new DTypeException(
          "a " + name(data) + " does not hold " + dtype,
          "Name the dtype of the buffer's elements and cast the tensor.");
    }
    MemorySegment bytes = MemorySegment.ofBuffer(data);
    // A buffer of another size is refused below, and may end within an element.
    boolean fits = bytes.byteSize() == type.bytes();
    boolean swapped = fits && dtype.bytes() > 1 && order(data) != ByteOrder.nativeOrder();
    return of(type, swapped ? swap(bytes, dtype.bytes()) : bytes);
  }

  private static boolean holds(Buffer data, DType dtype) {
    return switch (data) {
      case ByteBuffer b -> true;
      case ShortBuffer b -> dtype.bytes() == 2;
      case IntBuffer b -> dtype == DType.I32;
      case LongBuffer b -> dtype == DType.I64;
      case FloatBuffer b -> dtype == DType.F32;
      case DoubleBuffer b -> dtype == DType.F64;
      case CharBuffer b -> false;
      default -> false;
    };
  }

  private static String name(Buffer data) {
    return switch (data) {
      case ByteBuffer b -> "ByteBuffer";
      case ShortBuffer b -> "ShortBuffer";
      case IntBuffer b -> "IntBuffer";
      case LongBuffer b -> "LongBuffer";
      case FloatBuffer b -> "FloatBuffer";
      case DoubleBuffer b -> "DoubleBuffer";
      case CharBuffer b -> "CharBuffer";
      default -> data.getClass().getSimpleName();
    };
  }

  private static ByteOrder order(Buffer data) {
    return switch (data) {
      case ByteBuffer b -> b.order();
      case ShortBuffer b -> b.order();
      case IntBuffer b -> b.order();
      case LongBuffer b -> b.order();
      case FloatBuffer b -> b.order();
      case DoubleBuffer b -> b.order();
      default -> ByteOrder.nativeOrder();
    };
  }

  private static MemorySegment swap(MemorySegment bytes, int width) {
    byte[] out = new byte[Math.toIntExact(bytes.byteSize())];
    for (int i = 0; i < out.length; i++) {
      out[i] = bytes.get(ValueLayout.JAVA_BYTE, i / width * width + width - 1 - i % width);
    }
    return MemorySegment.ofArray(out);
  }

  /**
   * A copy of nested arrays or lists of numbers or bools, in the dtype that holds them all: byte
   * i8, short i16, int i32, long i64, float f32, double f64, boolean bool; mixed ones promote.
   * Nothing at all is f32. Throws {@link ShapeException} when rows of one level differ in length,
   * {@link DTypeException} for what is no number.
   */
  public static Tensor nested(Object data) {
    Leaves leaves = new Leaves(data);
    DType dtype =
        leaves.values.stream().map(HostData::dtype).reduce(DType::promote).orElse(DType.F32);
    return leaves.tensor(dtype);
  }

  /**
   * A copy of nested arrays or lists in a dtype. Throws {@link ShapeException} when rows of one
   * level differ in length, {@link DTypeException} for a number that an integer dtype does not
   * hold.
   */
  public static Tensor nested(Object data, DType dtype) {
    return new Leaves(data).tensor(dtype);
  }

  private static DType dtype(Object value) {
    return switch (value) {
      case Boolean b -> DType.BOOL;
      case Byte b -> DType.I8;
      case Short s -> DType.I16;
      case Integer i -> DType.I32;
      case Float f -> DType.F32;
      case Number n -> Operands.isWhole(n) ? DType.I64 : DType.F64;
      default -> throw new IllegalStateException("no number: " + value);
    };
  }

  /** The elements of nested arrays or lists in order, with the extents of the nesting. */
  private static final class Leaves {
    private final List<Object> values = new ArrayList<>();
    private final List<Integer> extents = new ArrayList<>();

    Leaves(Object data) {
      Optional<List<?>> level = row(data);
      while (level.isPresent()) {
        extents.add(level.get().size());
        level = level.get().isEmpty() ? Optional.empty() : row(level.get().getFirst());
      }
      collect(data, 0);
    }

    /** An array or list as a list; empty for anything else. */
    private static Optional<List<?>> row(@Nullable Object data) {
      return switch (data) {
        case List<?> list -> Optional.of(list);
        case Object[] a -> Optional.of(Arrays.asList(a));
        case double[] a -> Optional.of(Arrays.stream(a).boxed().toList());
        case long[] a -> Optional.of(Arrays.stream(a).boxed().toList());
        case int[] a -> Optional.of(Arrays.stream(a).boxed().toList());
        case float[] a -> items(a.length, i -> a[i]);
        case short[] a -> items(a.length, i -> a[i]);
        case byte[] a -> items(a.length, i -> a[i]);
        case boolean[] a -> items(a.length, i -> a[i]);
        case null, default -> Optional.empty();
      };
    }

    private static Optional<List<?>> items(int length, IntFunction<Object> item) {
      return Optional.of(IntStream.range(0, length).mapToObj(item).toList());
    }

    private void collect(@Nullable Object data, int depth) {
      Optional<List<?>> row = row(data);
      boolean fits =
          depth < extents.size() && row.filter(r -> r.size() == extents.get(depth)).isPresent();
      if (fits) {
        row.get().forEach(item -> collect(item, depth + 1));
      } else if (row.isEmpty() && depth == extents.size() && data != null && isNumber(data)) {
        values.add(data);
      } else {
        if (row.isEmpty() && data != null && !isNumber(data) && !(data instanceof Tensor)) {
          throw new DTypeException(
              data + " (" + data.getClass().getSimpleName() + ") in nested rows is no number",
              "Give numbers, or bools, in rows of equal length.");
        }
        String found = row.map(r -> "a row of " + r.size()).orElse(String.valueOf(data));
        throw new ShapeException(
            "the nested rows are not a tensor of shape "
                + extents
                + ": found "
                + found
                + " at depth "
                + depth,
            data instanceof Tensor
                ? "Put tensors together with stack or concat."
                : "Give numbers, or bools, in rows of equal length.");
      }
    }

    private static boolean isNumber(Object data) {
      return data instanceof Number || data instanceof Boolean;
    }

    Tensor tensor(DType dtype) {
      Storage out = Storage.zeros(new TensorType(dtype, Shape.of(extents)));
      for (int i = 0; i < values.size(); i++) {
        Number value = values.get(i) instanceof Boolean b ? (b ? 1 : 0) : (Number) values.get(i);
        if (!dtype.isFloat()) {
          HostMemory.setLong(out.host(), dtype, i, Operands.fit(dtype, value));
        } else if (Operands.isWhole(value)) {
          HostMemory.setLong(out.host(), dtype, i, value.longValue());
        } else {
          HostMemory.set(out.host(), dtype, i, value.doubleValue());
        }
      }
      return Tensor.constant(out);
    }
  }
}

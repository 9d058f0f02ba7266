package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

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
    return Tensor.of(Storage.of(type, data));
  }

  /**
   * The elements between position and limit of a buffer, in a dtype of the same width ({@link
   * ByteBuffer}: of any width, in its byte order). Not copied when the buffer has native byte
   * order: leave it alone afterwards. Position and limit stay.
   */
  public static Tensor of(Buffer data, DType dtype, long... shape) {
    TensorType type = new TensorType(dtype, Shape.of(shape));
    int width =
        switch (data) {
          case ByteBuffer b -> dtype.bytes();
          case ShortBuffer b -> 2;
          case IntBuffer b -> 4;
          case LongBuffer b -> 8;
          case FloatBuffer b -> dtype == DType.F32 ? 4 : 0;
          case DoubleBuffer b -> dtype == DType.F64 ? 8 : 0;
          default -> 0;
        };
    boolean mixed = width != dtype.bytes() || (dtype.isFloat() && data instanceof IntBuffer);
    if (mixed || (dtype.isFloat() && data instanceof LongBuffer)) {
      throw new DTypeException(
          "a " + name(data) + " does not hold " + dtype,
          "Name the dtype of the buffer's elements and cast the tensor.");
    }
    MemorySegment bytes = MemorySegment.ofBuffer(data);
    boolean swapped = dtype.bytes() > 1 && order(data) != ByteOrder.nativeOrder();
    return of(type, swapped ? swap(bytes, dtype.bytes()) : bytes);
  }

  private static String name(Buffer data) {
    Class<?> type = data.getClass();
    while (type.getSuperclass() != Buffer.class) {
      type = type.getSuperclass();
    }
    return type.getSimpleName();
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
   * Nothing at all is f32. Throws {@link ShapeException} when rows of one level differ in length.
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
      Object level = data;
      while (isRow(level)) {
        extents.add(length(level));
        if (length(level) == 0) {
          break;
        }
        level = item(level, 0);
      }
      collect(data, 0);
    }

    private static boolean isRow(Object data) {
      return data instanceof List<?> || data.getClass().isArray();
    }

    private static int length(Object row) {
      return row instanceof List<?> list ? list.size() : Array.getLength(row);
    }

    private static Object item(Object row, int i) {
      Object item = row instanceof List<?> list ? list.get(i) : Array.get(row, i);
      return item == null ? "null" : item;
    }

    private void collect(Object data, int depth) {
      boolean row = isRow(data);
      if (row && depth < extents.size() && length(data) == extents.get(depth)) {
        for (int i = 0; i < length(data); i++) {
          collect(item(data, i), depth + 1);
        }
      } else if (!row && depth == extents.size() && isNumber(data)) {
        values.add(data);
      } else {
        String found = row ? "a row of " + length(data) : String.valueOf(data);
        throw new ShapeException(
            "the nested rows are not a tensor of shape "
                + extents
                + ": found "
                + found
                + " at depth "
                + depth,
            "Give numbers, or bools, in rows of equal length.");
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
      return Tensor.of(out);
    }
  }
}

package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import kortex.scalar.Elements;
import kortex.tensor.DType;
import kortex.tensor.DeviceException;
import kortex.tensor.TensorType;

/** Host copies of tensors: Java arrays seen as segments, so that the collector owns them. */
public final class HostMemory {
  private HostMemory() {}

  /** Zeros for a value of the given type. */
  public static MemorySegment allocate(TensorType type) {
    requireFits(type);
    try {
      return zeros(type, (int) type.size());
    } catch (OutOfMemoryError e) {
      throw new DeviceException(
          "no room for "
              + mib(type.bytes())
              + " of "
              + type
              + " in a Java heap of "
              + mib(Runtime.getRuntime().maxMemory()),
          "Use a smaller layer or batch, or a larger heap: KORTEX_JAVA_OPTS=-Xmx….",
          e);
    }
  }

  /** Throws {@link DeviceException} when the host cannot hold a value of the type in one piece. */
  public static void requireFits(TensorType type) {
    if (type.size() > Integer.MAX_VALUE - 8) {
      throw new DeviceException(
          type
              + " has "
              + type.size()
              + " elements; one tensor holds up to "
              + (Integer.MAX_VALUE - 8),
          "Use a smaller layer or batch, or several tensors.");
    }
  }

  /**
   * Bytes that the Java heap has free, if that is less than {@code wanted}. What nothing refers to
   * any more is collected before the answer is that.
   */
  public static OptionalLong heapShortOf(long wanted) {
    if (wanted <= freeHeap()) {
      return OptionalLong.empty();
    }
    System.gc();
    long free = freeHeap();
    return wanted <= free ? OptionalLong.empty() : OptionalLong.of(free);
  }

  private static long freeHeap() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
  }

  private static String mib(long bytes) {
    return bytes / (1 << 20) + " MiB";
  }

  private static MemorySegment zeros(TensorType type, int n) {
    return switch (type.dtype()) {
      case F64 -> MemorySegment.ofArray(new double[n]);
      case F32 -> MemorySegment.ofArray(new float[n]);
      case I64 -> MemorySegment.ofArray(new long[n]);
      case I32 -> MemorySegment.ofArray(new int[n]);
      case F16, BF16, I16 -> MemorySegment.ofArray(new short[n]);
      case I8, U8, BOOL -> MemorySegment.ofArray(new byte[n]);
    };
  }

  /** Element {@code i} as a double; bool as 0 or 1. */
  public static double get(MemorySegment data, DType dtype, long i) {
    return Elements.get(data, dtype, i);
  }

  /** Element {@code i} as a long; floats truncate. */
  public static long getLong(MemorySegment data, DType dtype, long i) {
    return Elements.getLong(data, dtype, i);
  }

  /** Sets element {@code i}, rounded to the element type; integers saturate. */
  public static void set(MemorySegment data, DType dtype, long i, double value) {
    Elements.set(data, dtype, i, value);
  }

  /** Sets element {@code i}; integers wrap to their width. */
  public static void setLong(MemorySegment data, DType dtype, long i, long value) {
    Elements.setLong(data, dtype, i, value);
  }
}

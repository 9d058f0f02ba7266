package kortex.backend.cpu.natives;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * A C function of which all arguments and the result are integers or addresses, passed as {@code
 * long}.
 *
 * <p>All functions share two downcall handles, of six and of fourteen arguments; missing arguments
 * are zeros that the callee ignores, a narrower argument is the low part of its register or stack
 * slot, and the result of a {@code void} function is whatever the result register holds. The
 * calling conventions of the platforms that {@link Platform#isSupported} names allow all three (it
 * is how C calls an unprototyped function). A handle for each signature would be prettier, but
 * making one costs 3 ms at start-up, and the bindings need about thirty.
 *
 * <p>Addresses must stay valid during the call: nothing here keeps a segment alive.
 */
public final class CFunction {
  private static final int MANY = 14;

  /** Linked when first used, and a constant to the JIT compiler. */
  private static final class Six {
    static final MethodHandle HANDLE = link(6);
  }

  private static final class Many {
    static final MethodHandle HANDLE = link(MANY);
  }

  private static final class Floats {
    static final MethodHandle HANDLE =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_FLOAT,
                    ValueLayout.JAVA_FLOAT));
  }

  private final String name;
  private final MemorySegment address;

  /** The function {@code name} at {@code address}. */
  public CFunction(String name, MemorySegment address) {
    this.name = name;
    this.address = address;
  }

  private static MethodHandle link(int arity) {
    MemoryLayout[] arguments = new MemoryLayout[arity];
    Arrays.fill(arguments, ValueLayout.JAVA_LONG);
    return Linker.nativeLinker()
        .downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments));
  }

  /** Where the function is. */
  public MemorySegment address() {
    return address;
  }

  /** Calls the function without arguments. */
  public long call() {
    return call(0, 0, 0, 0, 0, 0);
  }

  /** Calls the function with one argument. */
  public long call(long a) {
    return call(a, 0, 0, 0, 0, 0);
  }

  /** Calls the function with two arguments. */
  public long call(long a, long b) {
    return call(a, b, 0, 0, 0, 0);
  }

  /** Calls the function with three arguments. */
  public long call(long a, long b, long c) {
    return call(a, b, c, 0, 0, 0);
  }

  /** Calls the function with four arguments. */
  public long call(long a, long b, long c, long d) {
    return call(a, b, c, d, 0, 0);
  }

  /** Calls the function with five arguments. */
  public long call(long a, long b, long c, long d, long e) {
    return call(a, b, c, d, e, 0);
  }

  /** Calls the function with six arguments. */
  public long call(long a, long b, long c, long d, long e, long f) {
    try {
      return (long) Six.HANDLE.invokeExact(address, a, b, c, d, e, f);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /** Calls the function with up to fourteen arguments. */
  public long callMany(long... arguments) {
    if (arguments.length > MANY) {
      throw new IllegalArgumentException(name + ": " + arguments.length + " arguments");
    }
    long[] a = Arrays.copyOf(arguments, MANY);
    try {
      return (long)
          Many.HANDLE.invokeExact(
              address, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11],
              a[12], a[13]);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /**
   * Calls a function of up to three integers or addresses and up to two floats, whose order among
   * each other does not matter: the two kinds travel in registers of their own.
   */
  public long callWithFloats(long a, long b, long c, float x, float y) {
    try {
      return (long) Floats.HANDLE.invokeExact(address, a, b, c, x, y);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  private RuntimeException unexpected(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("calling " + name, failure);
  }

  @Override
  public String toString() {
    return name + "@" + Long.toHexString(address.address());
  }
}

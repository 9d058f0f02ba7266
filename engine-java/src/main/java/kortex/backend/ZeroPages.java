package kortex.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Zeros from the C library, which gives large blocks as pages that the system clears when they are
 * first touched: by the threads that compute, and not at all where nothing is. Java would write
 * every zero once, on one thread, before anything runs.
 */
final class ZeroPages {
  private static final MethodHandle CALLOC =
      function(
          "calloc",
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

  private static final MethodHandle FREE =
      function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private ZeroPages() {}

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  /**
   * Zeros that live as long as {@code owner}; throws {@link OutOfMemoryError} when there is no
   * room.
   *
   * @param alignment a power of two
   */
  static MemorySegment allocate(Arena owner, long bytes, long alignment) {
    MemorySegment block = call(bytes + alignment);
    if (block.address() == 0) {
      throw new OutOfMemoryError("calloc of " + bytes + " bytes");
    }
    long begin = (block.address() + alignment - 1) & -alignment;
    return MemorySegment.ofAddress(begin).reinterpret(bytes, owner, ignored -> free(block));
  }

  private static MemorySegment call(long bytes) {
    try {
      return (MemorySegment) CALLOC.invokeExact(bytes, 1L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void free(MemorySegment block) {
    try {
      FREE.invokeExact(block);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}

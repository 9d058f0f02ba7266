package kortex.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import kortex.backend.FreeMemory;
import kortex.backend.Memory;
import kortex.tensor.DeviceException;

/** A block of native memory. */
final class CpuMemory implements Memory {
  private static final long ALIGNMENT = 64;
  private static final long LARGE = 64L << 20;
  private static final String REMEDY = "Use smaller tensors, a smaller batch or network.";

  private final Arena arena;
  private final MemorySegment data;

  private CpuMemory(Arena arena, MemorySegment data) {
    this.arena = arena;
    this.data = data;
  }

  /** Zeros; throws {@link DeviceException} when there is not that much memory. */
  static CpuMemory allocate(long bytes) {
    if (bytes >= LARGE) {
      FreeMemory.bytes().ifPresent(free -> requireBelow(free, bytes));
    }
    Arena arena = Arena.ofShared();
    try {
      MemorySegment block = arena.allocate(Math.max(ALIGNMENT, bytes), ALIGNMENT);
      return new CpuMemory(arena, block.asSlice(0, bytes));
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new DeviceException("no room for " + mib(bytes), REMEDY, e);
    }
  }

  private static void requireBelow(long free, long bytes) {
    if (bytes > free) {
      throw new DeviceException(
          "no room for " + mib(bytes) + ": " + mib(free) + " are free", REMEDY);
    }
  }

  private static String mib(long bytes) {
    return bytes / (1 << 20) + " MiB";
  }

  MemorySegment data() {
    return data;
  }

  @Override
  public long bytes() {
    return data.byteSize();
  }

  @Override
  public void write(MemorySegment source) {
    data.copyFrom(source);
  }

  @Override
  public void read(MemorySegment destination) {
    destination.copyFrom(data.asSlice(0, destination.byteSize()));
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}

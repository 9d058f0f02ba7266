package kortex.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import kortex.backend.Memory;
import kortex.tensor.DeviceException;

/** A block of native memory. */
final class CpuMemory implements Memory {
  private static final long ALIGNMENT = 64;

  private final Arena arena;
  private final MemorySegment data;

  private CpuMemory(Arena arena, MemorySegment data) {
    this.arena = arena;
    this.data = data;
  }

  /** Zeros; throws {@link DeviceException} when there is not that much memory. */
  static CpuMemory allocate(long bytes) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment block = arena.allocate(Math.max(ALIGNMENT, bytes), ALIGNMENT);
      return new CpuMemory(arena, block.asSlice(0, bytes));
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new DeviceException(
          "no room for " + bytes / (1 << 20) + " MiB of native memory: " + e.getMessage(),
          "Use smaller tensors or batches, or raise the limit:"
              + " KORTEX_JAVA_OPTS=-XX:MaxDirectMemorySize=….",
          e);
    }
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

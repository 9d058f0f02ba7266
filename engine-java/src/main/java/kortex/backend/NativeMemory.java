package kortex.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import kortex.tensor.DeviceException;

/** A block of native memory of this machine, outside of the Java heap. */
public final class NativeMemory implements Memory {
  private static final long ALIGNMENT = 64;
  private static final long LARGE = 64L << 20;
  private static final String REMEDY = "Use smaller tensors, a smaller batch or network.";

  private final Optional<Arena> owner;
  private final MemorySegment data;
  private final AtomicLong version = new AtomicLong();

  /** Bytes that were granted and may not be there: nothing has touched them yet. */
  private final AtomicLong promised = new AtomicLong();

  private NativeMemory(Optional<Arena> owner, MemorySegment data) {
    this.owner = owner;
    this.data = data;
  }

  /** Zeros; throws {@link DeviceException} when there is not that much memory. */
  public static NativeMemory allocate(long bytes) {
    return allocate(bytes, Arena::allocate);
  }

  /**
   * The same in pages that the system clears when they are first touched, for machines that {@link
   * java.lang.foreign.Linker} knows.
   */
  public static NativeMemory allocatePages(long bytes) {
    NativeMemory out = allocate(bytes, ZeroPages::allocate);
    if (bytes >= LARGE) {
      out.promised.set(bytes);
      FreeMemory.promise(bytes);
    }
    return out;
  }

  /** Says that the memory is used from now on: what the system calls free is without it. */
  public void use() {
    long untouched = promised.getAndSet(0);
    if (untouched > 0) {
      FreeMemory.promise(-untouched);
    }
  }

  /** Takes a size and an alignment from an arena. */
  private interface Source {
    MemorySegment allocate(Arena arena, long bytes, long alignment);
  }

  private static NativeMemory allocate(long bytes, Source source) {
    if (bytes >= LARGE) {
      FreeMemory.bytes().ifPresent(free -> requireBelow(free, bytes));
    }
    Arena arena = Arena.ofShared();
    try {
      MemorySegment block = source.allocate(arena, Math.max(ALIGNMENT, bytes), ALIGNMENT);
      return new NativeMemory(Optional.of(arena), block.asSlice(0, bytes));
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new DeviceException("no room for " + mib(bytes), REMEDY, e);
    }
  }

  /** Memory that something else owns, and gives back. */
  public static NativeMemory of(MemorySegment data) {
    return new NativeMemory(Optional.empty(), data);
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

  /** The block itself. */
  public MemorySegment data() {
    return data;
  }

  /** Counts how often the data were replaced. */
  public long version() {
    return version.get();
  }

  /** Says that a program has replaced the data. */
  public void written() {
    version.incrementAndGet();
  }

  @Override
  public long bytes() {
    return data.byteSize();
  }

  @Override
  public void write(MemorySegment source) {
    use();
    data.copyFrom(source);
    written();
  }

  @Override
  public void fill(Consumer<MemorySegment> source) {
    use();
    try {
      source.accept(data);
    } finally {
      written();
    }
  }

  @Override
  public void read(MemorySegment destination) {
    destination.copyFrom(data.asSlice(0, destination.byteSize()));
  }

  @Override
  public NativeMemory slice(long from, long bytes) {
    return of(data.asSlice(from, bytes));
  }

  @Override
  public void close() {
    use();
    owner.filter(arena -> arena.scope().isAlive()).ifPresent(Arena::close);
  }
}

package kortex.backend.cpu.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The scratch memory that all primitives of one {@link OneDnn} share: as large as the hungriest of
 * them needs, for only one executes at a time. Its monitor is the lock that makes that so.
 */
final class Workspace implements AutoCloseable {
  private static final long PAGE = 4096;

  private Arena arena = Arena.ofShared();
  private MemorySegment memory = MemorySegment.NULL;

  /** Makes room for {@code bytes}; the memory may move. */
  synchronized void reserve(long bytes) {
    if (bytes > memory.byteSize()) {
      Arena larger = Arena.ofShared();
      memory = larger.allocate(bytes, PAGE);
      arena.close();
      arena = larger;
    }
  }

  /** Where the memory is now; asked with the lock held. */
  long address() {
    return memory.address();
  }

  /** The size that the primitives created so far need. */
  synchronized long bytes() {
    return memory.byteSize();
  }

  @Override
  public synchronized void close() {
    memory = MemorySegment.NULL;
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}

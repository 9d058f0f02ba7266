package kortex.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** A block of a backend's memory. */
public interface Memory extends AutoCloseable {
  /** The size in bytes. */
  long bytes();

  /** Copies from the host to this memory, from its start. */
  void write(MemorySegment source);

  /**
   * Lets {@code source} write all of this memory: in place where the host can, else to a copy of it
   * that is written then.
   */
  default void fill(Consumer<MemorySegment> source) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(Math.max(1, bytes()), Long.BYTES).asSlice(0, bytes());
      source.accept(copy);
      write(copy);
    }
  }

  /** Copies from this memory, from its start, to the host. */
  void read(MemorySegment destination);

  /** A part of this memory, which must outlive it. Throws when it reaches beyond the end. */
  Memory slice(long from, long bytes);

  /** Gives the memory back. */
  @Override
  void close();
}

package kortex.backend;

import java.lang.foreign.MemorySegment;

/** A block of a backend's memory. */
public interface Memory extends AutoCloseable {
  /** The size in bytes. */
  long bytes();

  /** Copies from the host to this memory, from its start. */
  void write(MemorySegment source);

  /** Copies from this memory, from its start, to the host. */
  void read(MemorySegment destination);

  /** A part of this memory, which must outlive it. Throws when it reaches beyond the end. */
  Memory slice(long from, long bytes);

  /** Gives the memory back. */
  @Override
  void close();
}

package kortex.graph;

import java.lang.foreign.MemorySegment;

/** A copy of stored data in the memory of a backend. */
public interface Resident {
  /** Copies the data out to dense row-major host memory. */
  void read(MemorySegment destination);

  /** Copies the data in from dense row-major host memory. */
  void write(MemorySegment source);
}

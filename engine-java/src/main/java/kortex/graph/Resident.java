package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** A copy of stored data in the memory of a backend. */
public interface Resident {
  /** Copies the data out to dense row-major host memory. */
  void read(MemorySegment destination);

  /** Copies the data in from dense row-major host memory. */
  void write(MemorySegment source);

  /** Lets {@code source} write all of the data. */
  void fill(Consumer<MemorySegment> source);
}

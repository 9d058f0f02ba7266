package kortex.backend.cpu;

import java.util.Optional;
import kortex.backend.NativeMemory;
import kortex.backend.cpu.calls.CallTable;

/**
 * What is computed of a stored value once for each of its changes, rather than in each run of a
 * plan that only reads it.
 */
final class Preparation {
  private final int leaf;
  private final int buffer;
  private final CallTable calls;
  private Optional<NativeMemory> source = Optional.empty();
  private long version;

  /**
   * @param leaf the stored value
   * @param buffer how {@code calls} names it
   * @param calls what is computed of it
   */
  Preparation(int leaf, int buffer, CallTable calls) {
    this.leaf = leaf;
    this.buffer = buffer;
    this.calls = calls;
  }

  int leaf() {
    return leaf;
  }

  /** The calls, on the data in some memory. */
  CallTable on(NativeMemory memory) {
    // Generated code has no memories of oneDNN.
    calls.place(buffer, memory.data().address(), (handle, address) -> {});
    return calls;
  }

  /** Whether it was not computed of these data yet; from now on it was. */
  boolean isDue(NativeMemory memory) {
    long now = memory.version();
    if (now == version && source.isPresent() && source.get() == memory) {
      return false;
    }
    source = Optional.of(memory);
    version = now;
    return true;
  }
}

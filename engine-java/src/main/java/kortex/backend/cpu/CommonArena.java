package kortex.backend.cpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kortex.backend.NativeMemory;
import kortex.plan.Plan;
import kortex.tensor.DeviceException;

/**
 * Memory for the intermediate values of all large programs of a backend, which run one at a time: a
 * training step, that of a last smaller batch, an evaluation. As large as the largest of them
 * needs; its monitor is held by the program that runs. What a program gives is copied out of it, so
 * only programs that give little use it.
 */
final class CommonArena implements AutoCloseable {
  /** Below it, a copy and a lock for every run are not worth the memory. */
  private static final long LEAST_ARENA = 1L << 20;

  private static final long MOST_OUTPUTS = 64L << 10;

  private final List<Long> sizes = new ArrayList<>();
  private boolean closed;
  private NativeMemory memory = NativeMemory.allocate(0);

  /** Whether a program is to use it. */
  static boolean suits(Plan plan) {
    return plan.arenaBytes() >= LEAST_ARENA && outputBytes(plan) <= MOST_OUTPUTS;
  }

  /** What a program gives. */
  static long outputBytes(Plan plan) {
    return plan.outputs().stream().mapToLong(o -> plan.buffers().get(o).type().bytes()).sum();
  }

  /** Makes room for a program until the result is closed; the memory may move. */
  synchronized AutoCloseable reserve(long bytes) {
    fit(Math.max(bytes, most()));
    sizes.add(bytes);
    return () -> release(bytes);
  }

  private synchronized void release(long bytes) {
    sizes.remove(bytes);
    if (!closed) {
      shrink(most());
    }
  }

  /** Gives back what no program needs; if the system has no smaller block now, nothing. */
  private void shrink(long bytes) {
    try {
      fit(bytes);
    } catch (DeviceException e) {
      // A program that finds too little asks again.
    }
  }

  private long most() {
    return sizes.isEmpty() ? 0 : Collections.max(sizes);
  }

  private void fit(long bytes) {
    if (bytes != memory.bytes()) {
      // The old block first: both together may be more than there is.
      long before = memory.bytes();
      memory.close();
      memory = NativeMemory.allocate(0);
      try {
        memory = NativeMemory.allocatePages(bytes);
      } catch (RuntimeException e) {
        restore(before, e);
        throw e;
      }
    }
  }

  private void restore(long bytes, RuntimeException why) {
    try {
      memory = NativeMemory.allocatePages(bytes);
    } catch (RuntimeException again) {
      why.addSuppressed(again);
    }
  }

  /** The bytes that it takes. */
  synchronized long bytes() {
    return memory.bytes();
  }

  /**
   * The memory as it lies now, of at least {@code bytes}; the same object as long as it lies there.
   * Throws {@link DeviceException} when it was lost, and there is no room for it.
   */
  synchronized NativeMemory memory(long bytes) {
    if (memory.bytes() < bytes) {
      fit(Math.max(bytes, most()));
    }
    memory.use();
    return memory;
  }

  @Override
  public synchronized void close() {
    closed = true;
    memory.close();
  }
}

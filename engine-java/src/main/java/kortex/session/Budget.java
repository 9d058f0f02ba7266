package kortex.session;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import kortex.backend.Backend;
import kortex.backend.Memory;
import kortex.tensor.SettingException;

/** The memory of a session: what it holds in its backend, and how much more it may take. */
final class Budget {
  /** The most memory that a session may hold: {@code 512m}, {@code 8g}, or a number of bytes. */
  static final String LIMIT = "kortex.memory.limit";

  /** Asking the system costs more than small blocks are worth. */
  private static final long SMALL = 64L << 20;

  private static final int PATIENCE = 20;

  private final Backend backend;
  private final OptionalLong limit;
  private final AtomicLong held = new AtomicLong();

  Budget(Backend backend, OptionalLong limit) {
    this.backend = backend;
    this.limit = limit;
  }

  /** The limit that the property {@link #LIMIT} sets, if any. */
  static OptionalLong limitSetting() {
    String text = System.getProperty(LIMIT, "").strip().toLowerCase(Locale.ROOT);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    int shift = "kmgt".indexOf(text.charAt(text.length() - 1)) * 10 + 10;
    String digits = shift > 0 ? text.substring(0, text.length() - 1) : text;
    if (!digits.matches("[0-9]{1,15}") || Long.parseLong(digits) > Long.MAX_VALUE >> shift) {
      throw new SettingException(
          LIMIT + " is \"" + text + "\", which is no amount of memory",
          "Write a number of bytes, or 512m, 8g.");
    }
    return OptionalLong.of(Long.parseLong(digits) << shift);
  }

  /** The limit, where one is set. */
  OptionalLong limit() {
    return limit;
  }

  /** Bytes held now. */
  long held() {
    return held.get();
  }

  /** Bytes that can be taken, as far as it matters for {@code wanted} more; empty for enough. */
  OptionalLong free(long wanted) {
    long free = limit.isPresent() ? limit.getAsLong() - held.get() : Long.MAX_VALUE;
    if (wanted >= SMALL) {
      free = Math.min(free, backend.freeMemory().orElse(Long.MAX_VALUE));
    }
    return free == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, free));
  }

  /** Whether {@code wanted} more can be taken. */
  boolean fits(long wanted) {
    return wanted <= free(wanted).orElse(Long.MAX_VALUE);
  }

  /** Waits a moment for the memory of objects that nothing refers to any more. */
  void reclaim(long wanted) {
    if (held.get() == 0 || wanted > limit.orElse(Long.MAX_VALUE)) {
      return;
    }
    System.gc();
    try {
      for (int i = 0; i < PATIENCE && !fits(wanted); i++) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Counts {@code bytes} as held. */
  void take(long bytes) {
    held.addAndGet(bytes);
  }

  /** Counts {@code bytes} as given back. */
  void give(long bytes) {
    held.addAndGet(-bytes);
  }

  /** Memory of the backend that is counted until it is closed. */
  Memory allocate(long bytes) {
    Memory memory = backend.allocate(bytes);
    take(bytes);
    return memory;
  }

  /** Gives back what {@link #allocate} gave. */
  void close(Memory memory) {
    give(memory.bytes());
    memory.close();
  }
}

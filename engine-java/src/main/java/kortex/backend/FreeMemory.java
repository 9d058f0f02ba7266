package kortex.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory this process can still take. The system grants more than there is, and ends a
 * process that then uses it, so large blocks are checked before they are asked for.
 */
public final class FreeMemory {
  private static final Path SYSTEM = Path.of("/proc/meminfo");
  private static final Path GROUP = Path.of("/sys/fs/cgroup");

  /** What was granted and not used yet, which the system counts as free. */
  private static final AtomicLong PROMISED = new AtomicLong();

  private FreeMemory() {}

  /** Counts memory that was granted and not used yet; what was used or given back is negative. */
  static void promise(long bytes) {
    PROMISED.addAndGet(bytes);
  }

  /** Bytes, the lower of the machine's and the container's; empty where the system does not say. */
  public static OptionalLong bytes() {
    OptionalLong free = granted();
    return free.isPresent()
        ? OptionalLong.of(Math.max(0, free.getAsLong() - PROMISED.get()))
        : free;
  }

  private static OptionalLong granted() {
    OptionalLong system = system();
    OptionalLong group = group();
    if (system.isPresent() && group.isPresent()) {
      return OptionalLong.of(Math.min(system.getAsLong(), group.getAsLong()));
    }
    return system.isPresent() ? system : group;
  }

  private static OptionalLong system() {
    try {
      for (String line : Files.readAllLines(SYSTEM)) {
        if (line.startsWith("MemAvailable:")) {
          return OptionalLong.of(Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024);
        }
      }
    } catch (IOException | NumberFormatException unknown) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }

  private static OptionalLong group() {
    try {
      long limit = Long.parseLong(Files.readString(GROUP.resolve("memory.max")).strip());
      long used = Long.parseLong(Files.readString(GROUP.resolve("memory.current")).strip());
      return OptionalLong.of(Math.max(0, limit - used));
    } catch (IOException | NumberFormatException unlimited) {
      return OptionalLong.empty();
    }
  }
}

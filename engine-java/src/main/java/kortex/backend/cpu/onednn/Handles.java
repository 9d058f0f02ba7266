package kortex.backend.cpu.onednn;

import java.util.ArrayDeque;
import java.util.Deque;
import kortex.backend.cpu.natives.CFunction;

/** Native objects that are destroyed together, the latest first. */
final class Handles implements AutoCloseable {
  private record Owned(long handle, CFunction destroy) {}

  private final Deque<Owned> owned = new ArrayDeque<>();
  private boolean closed;

  /** Takes {@code handle} over. */
  long own(long handle, CFunction destroy) {
    owned.push(new Owned(handle, destroy));
    return handle;
  }

  /** Whether the objects are gone. */
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    for (Owned each : owned) {
      each.destroy().call(each.handle());
    }
    owned.clear();
  }
}

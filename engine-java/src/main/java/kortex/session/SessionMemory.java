package kortex.session;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.function.Consumer;
import kortex.backend.Memory;
import kortex.graph.Resident;

/** Stored data in a session's backend; given back when nothing refers to it any more. */
final class SessionMemory implements Resident {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Session session;
  private final Memory memory;

  SessionMemory(Session session, Memory memory) {
    this.session = session;
    this.memory = memory;
    Budget budget = session.budget();
    // The action must not refer to this object, or it would never become unreachable.
    CLEANER.register(this, () -> budget.close(memory));
  }

  Session session() {
    return session;
  }

  Memory memory() {
    return memory;
  }

  @Override
  public void read(MemorySegment destination) {
    memory.read(destination);
  }

  @Override
  public void write(MemorySegment source) {
    memory.write(source);
  }

  @Override
  public void fill(Consumer<MemorySegment> source) {
    memory.fill(source);
  }
}

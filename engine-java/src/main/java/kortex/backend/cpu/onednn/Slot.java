package kortex.backend.cpu.onednn;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** An argument of a primitive whose memory the caller gives anew for each execution. */
final class Slot {
  private final OneDnn dnn;
  private final Handles owner;
  private final String name;
  private final long memory;
  private final long bytes;
  private final boolean written;
  private long address;

  /**
   * @param owner the native objects that the memory is one of
   * @param name the argument's name in error messages
   * @param memory the {@code dnnl_memory_t}
   * @param bytes the least size of the memory given
   * @param written whether the primitive writes to it
   */
  Slot(OneDnn dnn, Handles owner, String name, long memory, long bytes, boolean written) {
    this.dnn = dnn;
    this.owner = owner;
    this.name = name;
    this.memory = memory;
    this.bytes = bytes;
    this.written = written;
  }

  /** Throws when more or fewer tensors are given than there are slots for. */
  static void requireAll(String what, int given, List<Slot> slots) {
    if (slots.size() != given) {
      throw new IllegalArgumentException(
          what + " takes " + slots.size() + " tensors for its epilogue, got " + given);
    }
  }

  /** The {@code dnnl_memory_t}. */
  long memory() {
    return memory;
  }

  /** The least size of the memory given. */
  long bytes() {
    return bytes;
  }

  /** Lets the next execution use {@code segment}. */
  void bind(MemorySegment segment) {
    if (owner.isClosed()) {
      throw new IllegalStateException(name + ": the primitive is closed");
    }
    if (segment.byteSize() < bytes
        || !segment.isNative()
        || !segment.scope().isAlive()
        || (written && segment.isReadOnly())) {
      throw new IllegalArgumentException(
          name
              + ": "
              + segment
              + ", needed are "
              + bytes
              + " bytes of native"
              + (written ? " writable" : "")
              + " memory");
    }
    long given = segment.address();
    if (given != address) {
      DnnApi.check(dnn.api().memorySetHandle.call(memory, given), "binding " + name);
      address = given;
    }
  }
}

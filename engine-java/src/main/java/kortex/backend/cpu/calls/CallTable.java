package kortex.backend.cpu.calls;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls in native memory, and what in them depends on where the buffers are. */
public final class CallTable {
  private final MemorySegment table;
  private final int size;
  private final List<Need> needs;
  private final Map<Integer, Failure> failures;
  private final Map<Integer, Cells> cells = new HashMap<>();

  CallTable(MemorySegment table, int size, List<Need> needs, Map<Integer, Failure> failures) {
    this.table = table;
    this.size = size;
    this.needs = List.copyOf(needs);
    this.failures = Map.copyOf(failures);
    Map<Integer, List<Need>> byBuffer = new HashMap<>();
    for (Need need : needs) {
      byBuffer.computeIfAbsent(need.buffer(), b -> new ArrayList<>()).add(need);
    }
    byBuffer.forEach((buffer, of) -> cells.put(buffer, Cells.of(of)));
  }

  /** Says what is wrong where a call stopped that should not. */
  public interface Failure {
    /** The error, given the words of the call. */
    RuntimeException error(long[] words);
  }

  /** What is wrong at a call that a run stopped at, if it is one that can fail. */
  public RuntimeException failure(int call) {
    Failure failure = failures.get(call);
    if (failure == null) {
      return new IllegalStateException("call " + call + " of " + size + " stopped");
    }
    long[] words = new long[CallList.WORDS];
    for (int w = 0; w < words.length; w++) {
      words[w] = table.getAtIndex(ValueLayout.JAVA_LONG, (long) call * CallList.WORDS + w);
    }
    return failure.error(words);
  }

  /** Whether a call is one that can fail; one that Java answers to is not. */
  public boolean canFail(int call) {
    return failures.containsKey(call);
  }

  List<Need> needs() {
    return needs;
  }

  long address() {
    return table.address();
  }

  /** Pointers, and memories of oneDNN, that hold addresses inside one buffer. */
  private record Cells(long[] pointers, long[] offsets, long[] handles, long[] handleOffsets) {
    static Cells of(List<Need> needs) {
      List<Need> pointers = needs.stream().filter(n -> n.target() instanceof Need.Pointer).toList();
      List<Need> handles =
          needs.stream().filter(n -> n.target() instanceof Need.LibraryMemory).toList();
      return new Cells(
          pointers.stream().mapToLong(n -> ((Need.Pointer) n.target()).at()).toArray(),
          pointers.stream().mapToLong(Need::offset).toArray(),
          handles.stream().mapToLong(n -> ((Need.LibraryMemory) n.target()).handle()).toArray(),
          handles.stream().mapToLong(Need::offset).toArray());
    }
  }

  /** Tells oneDNN where a memory is. */
  public interface Handles {
    /** Sets the address of a {@code dnnl_memory_t}. */
    void set(long handle, long address);
  }

  /** Sets how often the body of a loop runs. */
  public void rounds(int call, long count) {
    table.setAtIndex(ValueLayout.JAVA_LONG, (long) call * CallList.WORDS + CallList.ROUNDS, count);
  }

  /** The call of its body that a loop stopped at. */
  public int stoppedAt(int call) {
    return (int)
        table.getAtIndex(ValueLayout.JAVA_LONG, (long) call * CallList.WORDS + CallList.STATUS);
  }

  /** The number of calls. */
  public int size() {
    return size;
  }

  /** Says where a buffer is; called again when it has moved. */
  public void place(int buffer, long address, Handles memories) {
    Cells of = cells.get(buffer);
    if (of == null) {
      return;
    }
    for (int i = 0; i < of.pointers.length; i++) {
      MemorySegment.ofAddress(of.pointers[i])
          .reinterpret(Long.BYTES)
          .set(ValueLayout.JAVA_LONG, 0, address + of.offsets[i]);
    }
    for (int i = 0; i < of.handles.length; i++) {
      memories.set(of.handles[i], address + of.handleOffsets[i]);
    }
  }

  MemorySegment data() {
    return table;
  }
}

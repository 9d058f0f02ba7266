package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.backend.cpu.calls.CallList;

/** A step of a plan, ready to run: native calls, or something that Java does. */
sealed interface CpuStep {
  /** Native calls, made without Java in between. */
  non-sealed interface Native extends CpuStep {
    /** Adds the calls. */
    void enlist(CallList calls);

    /** Prepares for the calls to be made; asked before each run. */
    default void settle() {}
  }

  /** Something that Java does. */
  non-sealed interface InJava extends CpuStep {
    /** Learns where the buffers are; called again when a leaf has moved. */
    void bind(List<MemorySegment> buffers);

    /** Runs on the buffers bound last. */
    void run();
  }
}

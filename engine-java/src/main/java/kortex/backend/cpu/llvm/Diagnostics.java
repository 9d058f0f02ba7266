package kortex.backend.cpu.llvm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Collects the errors that LLVM reports while it compiles.
 *
 * <p>Needed for more than their texts: without a handler, LLVM prints an error and ends the
 * process.
 */
final class Diagnostics {
  private static final int ERROR = 0;

  private final LlvmApi llvm;
  private final MemorySegment handler;
  private final AtomicLong lastId = new AtomicLong();
  private final Map<Long, StringBuffer> collected = new ConcurrentHashMap<>();

  Diagnostics(LlvmApi llvm) {
    this.llvm = llvm;
    try {
      MethodHandle report =
          MethodHandles.lookup()
              .bind(this, "report", MethodType.methodType(void.class, long.class, long.class));
      this.handler =
          Linker.nativeLinker()
              .upcallStub(
                  report,
                  FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                  Arena.ofAuto());
    } catch (ReflectiveOperationException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Listens to the LLVM context {@code context}; pass the result to {@link #finish}. */
  long listen(long context) {
    long id = lastId.incrementAndGet();
    collected.put(id, new StringBuffer());
    llvm.contextSetDiagnosticHandler.call(context, handler.address(), id);
    return id;
  }

  /** The errors heard since {@code listen} returned {@code id}; empty when there were none. */
  String finish(long id) {
    StringBuffer text = collected.remove(id);
    return text == null ? "" : text.toString();
  }

  /** Called by LLVM; an exception here would end the process. */
  private void report(long info, long id) {
    try {
      StringBuffer text = collected.get(id);
      if (text != null && (int) llvm.getDiagInfoSeverity.call(info) == ERROR) {
        text.append(llvm.takeMessage(llvm.getDiagInfoDescription.call(info))).append('\n');
      }
    } catch (Throwable lost) {
      // There is nobody to tell.
    }
  }
}

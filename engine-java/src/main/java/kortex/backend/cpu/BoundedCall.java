package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import kortex.backend.cpu.calls.CallList;
import kortex.op.Index;
import kortex.plan.Plan;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** Checks indices of 32 or 64 bits. */
record BoundedCall(Plan.OpStep step, Index.Bounded op, TensorType type) implements CpuStep.Native {
  static boolean takes(TensorType type) {
    return type.dtype() == DType.I32 || type.dtype() == DType.I64;
  }

  @Override
  public void enlist(CallList calls) {
    calls.bounded(
        step.inputs().getFirst(),
        step.outputs().getFirst(),
        type.size(),
        op.size(),
        op.wraps() ? op.size() : 0,
        type.dtype().bytes(),
        this::outside);
  }

  /** The error, found by doing it again. */
  private RuntimeException outside(long[] words) {
    MemorySegment in = MemorySegment.ofAddress(words[1]).reinterpret(type.bytes());
    MemorySegment out = MemorySegment.ofAddress(words[2]).reinterpret(type.size() * Long.BYTES);
    JavaOps.bounded(op, type, in, out);
    return new IllegalStateException("an index was out of range, and is no longer");
  }
}

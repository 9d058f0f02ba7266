package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongFunction;
import kortex.tensor.DType;

/** Constants at native addresses, as Fortran takes them. */
final class Arguments {
  private static final long SLOT = 8;
  private static final long SLOTS = 32;

  private final DType dtype;
  private final MemorySegment block;
  private long used;

  /** Of an element type, in memory that outlives the calls. */
  Arguments(DType dtype, LongFunction<MemorySegment> memory) {
    this.dtype = dtype;
    this.block = memory.apply(SLOT * SLOTS);
  }

  private MemorySegment next() {
    return block.asSlice(SLOT * used++, SLOT);
  }

  long letter(char value) {
    MemorySegment slot = next();
    slot.set(ValueLayout.JAVA_BYTE, 0, (byte) value);
    return slot.address();
  }

  long whole(long value) {
    MemorySegment slot = next();
    slot.set(ValueLayout.JAVA_INT, 0, Math.toIntExact(value));
    return slot.address();
  }

  long real(double value) {
    MemorySegment slot = next();
    if (dtype == DType.F64) {
      slot.set(ValueLayout.JAVA_DOUBLE, 0, value);
    } else {
      slot.set(ValueLayout.JAVA_FLOAT, 0, (float) value);
    }
    return slot.address();
  }
}

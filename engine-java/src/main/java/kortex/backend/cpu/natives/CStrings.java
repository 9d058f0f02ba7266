package kortex.backend.cpu.natives;

import java.lang.foreign.MemorySegment;

/** Text at a native address. */
public final class CStrings {
  private CStrings() {}

  /** The zero-terminated UTF-8 text at {@code address}; empty when the address is zero. */
  public static String read(long address) {
    return address == 0
        ? ""
        : MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0);
  }
}

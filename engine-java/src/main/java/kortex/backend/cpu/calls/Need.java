package kortex.backend.cpu.calls;

/**
 * A place that must hold an address inside a buffer before the calls run.
 *
 * @param buffer the buffer's id
 * @param offset bytes from the start of the buffer
 */
record Need(int buffer, long offset, Target target) {
  /** What holds the address. */
  sealed interface Target {}

  /** Word {@code word} of call {@code call} of the list. */
  record Word(int call, int word) implements Target {}

  /** A pointer in native memory. */
  record Pointer(long at) implements Target {}

  /** A {@code dnnl_memory_t}. */
  record LibraryMemory(long handle) implements Target {}
}

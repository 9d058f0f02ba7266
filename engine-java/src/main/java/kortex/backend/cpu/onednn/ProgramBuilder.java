package kortex.backend.cpu.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import kortex.backend.cpu.natives.CFunction;
import kortex.backend.cpu.natives.CStrings;

/**
 * Builds a {@link Program}: creates the descriptors, asks which layouts the chosen kernel wants,
 * and puts reorders between those and the caller's.
 *
 * <p>Use: create layouts and a descriptor, {@link #use} it, name each argument with {@link #input}
 * or {@link #output}, {@link #build}. On failure {@link #close} frees what was made.
 */
final class ProgramBuilder implements AutoCloseable {
  private static final long CACHE_LINE = 64;
  private static final int ENTRY_BYTES = 16;

  private record Argument(int number, long memory) {}

  private final OneDnn dnn;
  private final DnnApi api;
  private final String what;
  private final Arena arena = Arena.ofShared();
  private final Handles handles = new Handles();
  private final MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
  private final List<Program.Scratch> scratches = new ArrayList<>();
  private final List<Program.Step> before = new ArrayList<>();
  private final List<Program.Step> after = new ArrayList<>();
  private final List<Argument> arguments = new ArrayList<>();
  private long scratchBytes;
  private long descriptor;
  private boolean built;

  /**
   * @param what the operation and its shapes, for error messages
   */
  ProgramBuilder(OneDnn dnn, String what) {
    dnn.requireOpen(what);
    this.dnn = dnn;
    this.api = dnn.api();
    this.what = what;
  }

  /** Native memory that holds {@code values}; zero address for an empty array. */
  long dims(long... values) {
    return arena.allocateFrom(ValueLayout.JAVA_LONG, values).address();
  }

  /** The address that a creating function writes its result to. */
  long resultAt() {
    return result.address();
  }

  /** Checks {@code status} and takes over what the call has written to {@link #resultAt}. */
  long take(long status, CFunction destroy) {
    DnnApi.check(status, what);
    return handles.own(result.get(ValueLayout.JAVA_LONG, 0), destroy);
  }

  /** A {@code dnnl_memory_desc_t} of the caller's memory. */
  long layout(TensorLayout layout) {
    return take(
        api.layoutWithStrides.call(
            resultAt(),
            layout.rank(),
            dims(layout.sizes()),
            layout.element().type(),
            dims(layout.strides())),
        api.layoutDestroy);
  }

  /** The same sizes in whatever layout the kernel likes best. */
  long anyLayout(TensorLayout layout) {
    return take(
        api.layoutWithTag.call(
            resultAt(),
            layout.rank(),
            dims(layout.sizes()),
            layout.element().type(),
            DnnApi.TAG_ANY),
        api.layoutDestroy);
  }

  /** Attributes that leave the scratch memory to us. */
  long attributes() {
    long attributes = take(api.attributesCreate.call(resultAt()), api.attributesDestroy);
    DnnApi.check(api.attributesSetScratchpad.call(attributes, DnnApi.SCRATCHPAD_USER), what);
    return attributes;
  }

  /** Takes over a primitive descriptor that the call with {@code status} has created. */
  long descriptor(long status) {
    return take(status, api.descriptorDestroy);
  }

  /** The name of the kernel behind a primitive descriptor. */
  String implementation(long chosen) {
    DnnApi.check(
        api.descriptorQuery.call(chosen, DnnApi.QUERY_IMPLEMENTATION, 0, resultAt()), what);
    return CStrings.read(result.get(ValueLayout.JAVA_LONG, 0));
  }

  /** Makes {@code chosen} the primitive of this program. */
  void use(long chosen) {
    this.descriptor = chosen;
  }

  /** An argument that is read: reordered first if the kernel wants another layout. */
  Slot input(String name, int number, TensorLayout given) {
    long layout = layout(given);
    Slot slot = slot(name, layout, given.bytes(), false);
    long wanted = wantedLayout(number);
    if (isEqual(layout, wanted)) {
      arguments.add(new Argument(number, slot.memory()));
    } else {
      long memory = scratch(wanted);
      arguments.add(new Argument(number, memory));
      before.add(reorder(layout, slot.memory(), wanted, memory));
    }
    return slot;
  }

  /** An argument that is read, in a layout that the kernel was made for. */
  Slot asGiven(String name, int number, TensorLayout given) {
    Slot slot = slot(name, layout(given), given.bytes(), false);
    arguments.add(new Argument(number, slot.memory()));
    return slot;
  }

  /** An argument that is written: reordered afterwards if the kernel wants another layout. */
  Slot output(String name, int number, TensorLayout given) {
    long layout = layout(given);
    Slot slot = slot(name, layout, given.bytes(), true);
    long wanted = wantedLayout(number);
    if (isEqual(layout, wanted)) {
      arguments.add(new Argument(number, slot.memory()));
    } else {
      long memory = scratch(wanted);
      arguments.add(new Argument(number, memory));
      after.add(reorder(wanted, memory, layout, slot.memory()));
    }
    return slot;
  }

  /** The notes that a forward primitive leaves for its backward one, in a layout of its own. */
  Slot workspace(boolean written) {
    long layout = api.descriptorQueryLayout.call(descriptor, DnnApi.QUERY_WORKSPACE, 0);
    Slot slot = slot("workspace", layout, api.layoutBytes.call(layout), written);
    arguments.add(new Argument(DnnApi.ARG_WORKSPACE, slot.memory()));
    return slot;
  }

  private Slot slot(String name, long layout, long bytes, boolean written) {
    return new Slot(dnn, handles, what + ", " + name, memory(layout), bytes, written);
  }

  private long wantedLayout(int number) {
    return api.descriptorQueryLayout.call(descriptor, DnnApi.QUERY_EXEC_ARG, number);
  }

  private boolean isEqual(long layout, long other) {
    return (int) api.layoutEqual.call(layout, other) != 0;
  }

  private long memory(long layout) {
    // No memory yet: slots and scratches are told theirs before they are used.
    return take(api.memoryCreate.call(resultAt(), layout, dnn.engine(), 0), api.memoryDestroy);
  }

  private long scratch(long layout) {
    long memory = memory(layout);
    scratches.add(new Program.Scratch(memory, scratchBytes));
    long bytes = api.layoutBytes.call(layout);
    scratchBytes = (scratchBytes + bytes + CACHE_LINE - 1) & -CACHE_LINE;
    return memory;
  }

  private Program.Step reorder(long from, long source, long to, long target) {
    long chosen =
        descriptor(
            api.reorder.call(resultAt(), from, dnn.engine(), to, dnn.engine(), attributes()));
    List<Argument> both = new ArrayList<>();
    both.add(new Argument(DnnApi.ARG_SRC, source));
    both.add(new Argument(DnnApi.ARG_DST, target));
    return step(chosen, both);
  }

  private Program.Step step(long chosen, List<Argument> all) {
    long scratchpad = api.descriptorQueryLayout.call(chosen, DnnApi.QUERY_SCRATCHPAD, 0);
    if (scratchpad != 0 && api.layoutBytes.call(scratchpad) > 0) {
      all.add(new Argument(DnnApi.ARG_SCRATCHPAD, scratch(scratchpad)));
    }
    long primitive = take(api.primitiveCreate.call(resultAt(), chosen), api.primitiveDestroy);
    MemorySegment table = arena.allocate((long) ENTRY_BYTES * all.size(), Long.BYTES);
    for (int i = 0; i < all.size(); i++) {
      table.set(ValueLayout.JAVA_INT, (long) ENTRY_BYTES * i, all.get(i).number());
      table.set(ValueLayout.JAVA_LONG, (long) ENTRY_BYTES * i + 8, all.get(i).memory());
    }
    return new Program.Step(primitive, table.address(), all.size());
  }

  /** The program of all that was named; this builder is then of no more use. */
  Program build() {
    Program.Step main = step(descriptor, arguments);
    List<Program.Step> steps = new ArrayList<>(before);
    steps.add(main);
    steps.addAll(after);
    String implementation = implementation(descriptor);
    dnn.workspace().reserve(scratchBytes);
    built = true;
    Program program = new Program(dnn, what, implementation, steps, scratches, handles, arena);
    dnn.opened(program);
    return program;
  }

  @Override
  public void close() {
    if (!built) {
      handles.close();
      arena.close();
    }
  }
}

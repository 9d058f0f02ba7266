package kortex.backend.cpu.calls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The calls of a plan, or of the body of a loop or branch, in the making. */
public final class CallList {
  static final int WORDS = 8;

  /** The word where a call leaves why or where it stopped. */
  static final int STATUS = 7;

  /** The word of a loop that says how often its body runs. */
  static final int ROUNDS = 3;

  private static final long STOP = 0;
  private static final long KERNEL_HERE = 1;
  private static final long KERNEL_TEAM = 2;
  private static final long COPY = 3;
  private static final long LIBRARY = 4;
  private static final long THREADS = 5;
  private static final long LOOP = 6;
  private static final long BRANCH = 7;
  private static final long BOUNDED = 8;
  private static final long PASS = 9;

  /** A kernel of a pass: code, buffers, extent, align. */
  private static final int JOB_WORDS = 4;

  /** Patches: whether a target is a pointer or a memory of oneDNN, target, base, stride. */
  private static final int PATCH_WORDS = 4;

  private static final int UNKNOWN = 0;

  private final List<long[]> calls = new ArrayList<>();
  private final List<Need> needs = new ArrayList<>();
  private final Map<Integer, CallTable.Failure> failures = new HashMap<>();
  private final Arena arena;
  private final int allThreads;

  /** How many threads libraries use after the last call; a body may begin with any number. */
  private int threads;

  private CallList(Arena arena, int allThreads, int threads) {
    this.arena = arena;
    this.allThreads = allThreads;
    this.threads = threads;
  }

  /**
   * The calls of a plan.
   *
   * @param arena gives the memory of the tables, and must outlive their use
   * @param threads how many threads libraries use before the first call, and after the last
   */
  public static CallList of(Arena arena, int threads) {
    return new CallList(arena, threads, threads);
  }

  /** An empty list for the body of a loop or branch of this list. */
  public CallList body() {
    return new CallList(arena, allThreads, UNKNOWN);
  }

  /** The number of threads of the pool. */
  public int allThreads() {
    return allThreads;
  }

  /** The number of calls so far. */
  public int size() {
    return calls.size();
  }

  private int add(long kind, long... words) {
    long[] call = new long[WORDS];
    call[0] = kind;
    System.arraycopy(words, 0, call, 1, words.length);
    calls.add(call);
    return calls.size() - 1;
  }

  private void need(int call, int word, int buffer) {
    needs.add(new Need(buffer, 0, new Need.Word(call, word)));
  }

  /** Stops the run here, for something that Java does. */
  public void stop() {
    threads(allThreads);
    add(STOP);
  }

  /**
   * A range kernel {@code void kernel(ptr buffers, i64 begin, i64 end)} and its range.
   *
   * @param code its address; must stay linked as long as the calls are used
   * @param params the buffers it gets, in order
   * @param fixed memory that it gets behind its buffers; stays where it is, and must outlive the
   *     calls
   * @param extent the length of the range
   * @param align parts begin at multiples of this
   */
  public record Ranged(
      MemorySegment code,
      List<Integer> params,
      List<MemorySegment> fixed,
      long extent,
      long align) {
    public Ranged {
      params = List.copyOf(params);
      fixed = List.copyOf(fixed);
      if (extent < 0 || align < 1 || code.address() == 0) {
        throw new IllegalArgumentException(
            "kernel " + code + ", extent " + extent + ", align " + align);
      }
    }
  }

  /** A kernel that gets buffers only. */
  public void kernel(
      MemorySegment code, List<Integer> params, long extent, long align, int threads) {
    kernel(code, params, List.of(), extent, align, threads);
  }

  /** A kernel and its range, shared by some threads; the parameters are those of {@link Ranged}. */
  public void kernel(
      MemorySegment code,
      List<Integer> params,
      List<MemorySegment> fixed,
      long extent,
      long align,
      int threads) {
    kernel(new Ranged(code, params, fixed, extent, align), threads);
  }

  /** A kernel whose range some threads share. */
  public void kernel(Ranged kernel, int threads) {
    if (kernel.extent() > 0) {
      add(threads > 1 ? KERNEL_TEAM : KERNEL_HERE, job(kernel, threads));
    }
  }

  /** Kernels none of which reads or writes what another writes; some threads share their ranges. */
  public void pass(List<Ranged> kernels, int threads) {
    List<long[]> jobs = kernels.stream().map(k -> job(k, threads)).toList();
    add(PASS, jobs.size(), words(jobs, JOB_WORDS).address(), 0, 0, threads);
  }

  /** Code, buffers, extent, align, threads. */
  private long[] job(Ranged kernel, int threads) {
    List<Integer> params = kernel.params();
    int count = params.size() + kernel.fixed().size();
    MemorySegment table = arena.allocate(ValueLayout.ADDRESS, Math.max(1, count));
    for (int i = 0; i < kernel.fixed().size(); i++) {
      table.setAtIndex(ValueLayout.ADDRESS, params.size() + i, kernel.fixed().get(i));
    }
    for (int i = 0; i < params.size(); i++) {
      long at = table.address() + i * ValueLayout.ADDRESS.byteSize();
      needs.add(new Need(params.get(i), 0, new Need.Pointer(at)));
    }
    long code = kernel.code().address();
    return new long[] {code, table.address(), kernel.extent(), kernel.align(), threads};
  }

  /** Copies the first {@code bytes} bytes of a buffer to another. */
  public void copy(int to, int from, long bytes) {
    int call = add(COPY, 0, 0, bytes);
    need(call, 1, to);
    need(call, 2, from);
  }

  /** Executes a primitive of oneDNN. */
  public void library(
      long primitive, long stream, int arguments, long table, CallTable.Failure failure) {
    failures.put(add(LIBRARY, primitive, stream, arguments, table), failure);
  }

  /** Gives a memory of oneDNN the address of a buffer. */
  public void memory(long handle, int buffer) {
    needs.add(new Need(buffer, 0, new Need.LibraryMemory(handle)));
  }

  /** Sets the number of threads that libraries use from here on. */
  public void threads(int count) {
    if (count != threads) {
      add(THREADS, count);
      threads = count;
    }
  }

  /**
   * Positions of indices: {@code out[i]} is {@code in[i]}, plus {@code wrap} where that is
   * negative. Stops when a position is below 0, or {@code size} or more.
   *
   * @param in integers of {@code bytes} bytes, 4 or 8
   * @param out i64
   */
  public void bounded(
      int in, int out, long count, long size, long wrap, int bytes, CallTable.Failure failure) {
    int call = add(BOUNDED, 0, 0, count, size, wrap, bytes);
    need(call, 1, in);
    need(call, 2, out);
    failures.put(call, failure);
  }

  /** Where a buffer of a body is, in the list that the body is a part of. */
  public sealed interface Placed {}

  /** At an offset of a buffer. */
  public record At(int buffer, long offset) implements Placed {}

  /**
   * In slice {@code n} of a buffer in round {@code n}, with {@code stride} bytes from one to the
   * next.
   */
  public record Sliced(int buffer, long stride) implements Placed {}

  /** Says where the buffers of a body are. */
  public interface Places {
    /** Where buffer {@code id} of the body is. */
    Placed of(int id);
  }

  /** Runs the calls of {@code body} some times; a reverse loop begins with the last slice. */
  public void loop(CallList body, Places places, long rounds, boolean reverse) {
    CallTable table = body.write();
    List<long[]> patches = new ArrayList<>();
    List<Need> sliced = new ArrayList<>();
    for (Need need : table.needs()) {
      switch (places.of(need.buffer())) {
        case At at -> needs.add(moved(need, at));
        case Sliced slice -> {
          boolean pointer = need.target() instanceof Need.Pointer;
          patches.add(new long[] {pointer ? 0 : 1, handle(need.target()), 0, slice.stride()});
          sliced.add(moved(need, new At(slice.buffer(), 0)));
        }
      }
    }
    MemorySegment patched = words(patches, PATCH_WORDS);
    for (int i = 0; i < sliced.size(); i++) {
      long base = patched.address() + ((long) i * PATCH_WORDS + 2) * Long.BYTES;
      Need need = sliced.get(i);
      needs.add(new Need(need.buffer(), need.offset(), new Need.Pointer(base)));
    }
    long backward = reverse ? 1 : 0;
    int call =
        add(
            LOOP,
            table.address(),
            body.size(),
            rounds,
            patched.address(),
            patches.size(),
            backward);
    failures.put(call, words -> table.failure((int) words[STATUS]));
    threads = UNKNOWN;
  }

  /** Runs the calls of one of two lists: of {@code then} if the first byte of a buffer is not 0. */
  public void branch(
      int predicate, CallList then, Places thenPlaces, CallList otherwise, Places otherPlaces) {
    CallTable first = adopt(then, thenPlaces);
    CallTable second = adopt(otherwise, otherPlaces);
    int call = add(BRANCH, 0, first.address(), then.size(), second.address(), otherwise.size());
    need(call, 1, predicate);
    failures.put(
        call,
        words -> {
          byte taken =
              MemorySegment.ofAddress(words[1]).reinterpret(1).get(ValueLayout.JAVA_BYTE, 0);
          return (taken != 0 ? first : second).failure((int) words[STATUS]);
        });
    threads = UNKNOWN;
  }

  private CallTable adopt(CallList body, Places places) {
    CallTable table = body.write();
    for (Need need : table.needs()) {
      if (!(places.of(need.buffer()) instanceof At at)) {
        throw new IllegalArgumentException("a branch has no slices");
      }
      needs.add(moved(need, at));
    }
    return table;
  }

  private static Need moved(Need need, At at) {
    return new Need(at.buffer(), at.offset() + need.offset(), need.target());
  }

  private static long handle(Need.Target target) {
    return switch (target) {
      case Need.Pointer p -> p.at();
      case Need.LibraryMemory m -> m.handle();
      case Need.Word w -> throw new IllegalStateException("a word has no address yet: " + w);
    };
  }

  /** The list in native memory, to be run. */
  public CallTable table() {
    threads(allThreads);
    return write();
  }

  private CallTable write() {
    MemorySegment table = words(calls, WORDS);
    return new CallTable(table, calls.size(), resolved(table), failures);
  }

  private MemorySegment words(List<long[]> rows, int width) {
    MemorySegment out =
        arena.allocate((long) Math.max(1, rows.size()) * width * Long.BYTES, Long.BYTES);
    for (int i = 0; i < rows.size(); i++) {
      for (int w = 0; w < width; w++) {
        out.setAtIndex(ValueLayout.JAVA_LONG, (long) i * width + w, rows.get(i)[w]);
      }
    }
    return out;
  }

  /** The needs, with words as pointers into the table they are now in. */
  private List<Need> resolved(MemorySegment table) {
    return needs.stream()
        .map(need ->
            need.target() instanceof Need.Word w
                ? new Need(
                    need.buffer(),
                    need.offset(),
                    new Need.Pointer(
                        table.address() + ((long) w.call() * WORDS + w.word()) * Long.BYTES))
                : need)
        .toList();
  }
}

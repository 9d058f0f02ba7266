package kortex.backend.cpu.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeLibrary;

/**
 * oneDNN on this process's CPU: its engine, its stream and the scratch memory of its primitives.
 *
 * <p>Primitives of one {@code OneDnn} may be used from any thread and then wait for each other;
 * they run on the thread pool of {@link NativeLibraries#settings()}. Closing it closes them.
 */
public final class OneDnn implements AutoCloseable {
  private static final int VERSION_BYTES = 12;

  /**
   * Primitives that oneDNN keeps after nobody uses them. Each is half a megabyte, and plans keep
   * what they need: the 1024 that it keeps by itself only make the process grow.
   */
  private static final int KEPT_PRIMITIVES = 64;

  private final DnnApi api;
  private final Workspace workspace = new Workspace();
  private final Set<Program> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final int threads;
  private final long engine;
  private final long stream;
  private boolean closed;

  private OneDnn(NativeLibraries libraries) {
    this.api = new DnnApi(libraries);
    DnnApi.check(api.setCacheCapacity.call(KEPT_PRIMITIVES), "limiting the cache of primitives");
    this.threads = (int) libraries.function(NativeLibrary.OPENMP, "omp_get_max_threads").call();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
      long at = result.address();
      DnnApi.check(api.engineCreate.call(at, DnnApi.KIND_CPU, 0), "creating the CPU engine");
      this.engine = result.get(ValueLayout.JAVA_LONG, 0);
      DnnApi.check(
          api.streamCreate.call(at, engine, DnnApi.STREAM_IN_ORDER), "creating the stream");
      this.stream = result.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /**
   * oneDNN with an engine and a stream of its own.
   *
   * @throws kortex.tensor.DeviceException if the library is missing or broken
   */
  public static OneDnn open(NativeLibraries libraries) {
    return new OneDnn(libraries);
  }

  /** The library's version, {@code 3.11.0}. */
  public String version() {
    MemorySegment v = MemorySegment.ofAddress(api.version.call()).reinterpret(VERSION_BYTES);
    return v.getAtIndex(ValueLayout.JAVA_INT, 0)
        + "."
        + v.getAtIndex(ValueLayout.JAVA_INT, 1)
        + "."
        + v.getAtIndex(ValueLayout.JAVA_INT, 2);
  }

  /** The number of threads that a primitive uses at most. */
  public int threads() {
    return threads;
  }

  /** The scratch memory that the primitives created so far need, for the account of memory. */
  public long workspaceBytes() {
    return workspace.bytes();
  }

  /** Tells a {@code dnnl_memory_t} where its data are. */
  public void setHandle(long memory, long address) {
    DnnApi.check(api.memorySetHandle.call(memory, address), "moving a memory");
  }

  /**
   * Runs calls among which may be those of primitives: nothing else uses the workspace meanwhile.
   */
  public <T> T alone(Supplier<T> calls) {
    synchronized (workspace) {
      return calls.get();
    }
  }

  DnnApi api() {
    return api;
  }

  long engine() {
    return engine;
  }

  long stream() {
    return stream;
  }

  Workspace workspace() {
    return workspace;
  }

  /** Refuses to make {@code what} after closing. */
  void requireOpen(String what) {
    synchronized (workspace) {
      if (closed) {
        throw new IllegalStateException(what + ": oneDNN is closed");
      }
    }
  }

  /** Lets this object's closing close {@code program}. */
  void opened(Program program) {
    synchronized (workspace) {
      open.add(program);
    }
  }

  /** Forgets {@code program}, which is closed. */
  void closed(Program program) {
    synchronized (workspace) {
      open.remove(program);
    }
  }

  @Override
  public void close() {
    synchronized (workspace) {
      if (closed) {
        return;
      }
      closed = true;
      List.copyOf(open).forEach(Program::close);
      api.streamDestroy.call(stream);
      api.engineDestroy.call(engine);
      workspace.close();
    }
  }
}

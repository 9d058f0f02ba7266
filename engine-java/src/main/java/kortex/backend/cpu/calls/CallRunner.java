package kortex.backend.cpu.calls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.backend.cpu.natives.CFunction;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeLibrary;

/**
 * Runs tables of calls: one downcall for all of them.
 *
 * <p>The range of a kernel that is worth it is cut into one contiguous part for each thread, the
 * same way every time, so that a kernel whose parts do not overlap gives the same bits on every
 * run. OpenMP keeps a pool of workers for each Java thread that calls: call from one thread.
 */
public final class CallRunner implements AutoCloseable {
  private static final String CODE = "calls.ll";
  private static final List<String> OPEN_MP =
      List.of("GOMP_parallel", "omp_get_thread_num", "omp_get_num_threads", "omp_set_num_threads");
  private static final List<String> ONE_DNN =
      List.of("dnnl_primitive_execute", "dnnl_memory_set_data_handle");

  private final NativeCode code;
  private final CFunction run;
  private final int threads;

  private CallRunner(NativeCode code, int threads) {
    this.code = code;
    this.run = new CFunction("run_calls", code.symbol("run_calls"));
    this.threads = threads;
  }

  /** A runner on the pool of {@code libraries}, whose settings say how many threads it has. */
  public static CallRunner open(NativeLibraries libraries, LlvmCompiler compiler) {
    Map<String, MemorySegment> symbols = new HashMap<>();
    OPEN_MP.forEach(
        name -> symbols.put(name, libraries.function(NativeLibrary.OPENMP, name).address()));
    ONE_DNN.forEach(
        name -> symbols.put(name, libraries.function(NativeLibrary.ONEDNN, name).address()));
    byte[] object = compiler.compile("calls", text());
    int threads = (int) libraries.function(NativeLibrary.OPENMP, "omp_get_max_threads").call();
    return new CallRunner(compiler.link(List.of(object), symbols), threads);
  }

  private static String text() {
    try (InputStream in =
        Objects.requireNonNull(CallRunner.class.getResourceAsStream(CODE), CODE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The number of threads that share a range. */
  public int threads() {
    return threads;
  }

  /**
   * Makes the calls from number {@code from} on, and returns the number of the one that it stopped
   * at: one for Java, one that failed, or the size of the table when all are done.
   */
  public int run(CallTable table, int from) {
    return run(table, from, table.size());
  }

  /** As {@link #run(CallTable, int)}, at most up to call {@code to}. */
  public int run(CallTable table, int from, int to) {
    if (!run.address().scope().isAlive()) {
      throw new IllegalStateException("the runner is closed");
    }
    if (!table.data().scope().isAlive() || from < 0 || to > table.size()) {
      throw new IllegalArgumentException(
          "calls " + from + " to " + to + " of " + table.size() + " in " + table.data());
    }
    return (int) run.call(table.data().address(), from, to);
  }

  /** Frees the native code; OpenMP's threads stay, asleep. */
  @Override
  public void close() {
    code.close();
  }
}

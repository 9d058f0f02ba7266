package kortex.backend.cpu.threads;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.backend.cpu.natives.CFunction;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeLibrary;

/**
 * Calls range kernels, {@code void kernel(ptr buffers, i64 begin, i64 end)}, on all threads.
 *
 * <p>The range is cut into one contiguous part for each thread, the same way every time, so that a
 * kernel whose parts do not overlap gives the same bits on every run. Small ranges are run by the
 * calling thread alone. A run costs one downcall; the split is done in native code by a trampoline.
 *
 * <p>OpenMP keeps a pool of workers for each Java thread that calls: call from one thread.
 */
public final class ParallelRunner implements AutoCloseable {
  /**
   * The trampoline. A team has always all threads, some perhaps with an empty part: OpenMP would
   * end the workers that a smaller team leaves over, and start new ones for the next.
   */
  private static final String TRAMPOLINE =
      """
      %job = type { ptr, ptr, i64, i64 }

      declare i32 @omp_get_thread_num()
      declare i32 @omp_get_num_threads()
      declare void @GOMP_parallel(ptr, ptr, i32, i32)
      declare i64 @llvm.umin.i64(i64, i64)

      define internal void @part(ptr %job) {
        %kernel = load ptr, ptr %job
        %buffersAt = getelementptr %job, ptr %job, i64 0, i32 1
        %extentAt = getelementptr %job, ptr %job, i64 0, i32 2
        %alignAt = getelementptr %job, ptr %job, i64 0, i32 3
        %buffers = load ptr, ptr %buffersAt
        %extent = load i64, ptr %extentAt
        %align = load i64, ptr %alignAt
        %thread32 = call i32 @omp_get_thread_num()
        %threads32 = call i32 @omp_get_num_threads()
        %thread = zext i32 %thread32 to i64
        %threads = zext i32 %threads32 to i64
        %rounded = add i64 %extent, %align
        %last = sub i64 %rounded, 1
        %blocks = udiv i64 %last, %align
        %share = udiv i64 %blocks, %threads
        %rest = urem i64 %blocks, %threads
        %before = mul i64 %thread, %share
        %extra = call i64 @llvm.umin.i64(i64 %thread, i64 %rest)
        %first = add i64 %before, %extra
        %onemore = icmp ult i64 %thread, %rest
        %one = zext i1 %onemore to i64
        %count = add i64 %share, %one
        %after = add i64 %first, %count
        %begin = mul i64 %first, %align
        %bound = mul i64 %after, %align
        %end = call i64 @llvm.umin.i64(i64 %bound, i64 %extent)
        %some = icmp ugt i64 %count, 0
        br i1 %some, label %run, label %done

      run:
        call void %kernel(ptr %buffers, i64 %begin, i64 %end)
        br label %done

      done:
        ret void
      }

      define void @run_range(ptr %kernel, ptr %buffers, i64 %extent, i64 %align, i32 %threads) {
        %alone = icmp ult i32 %threads, 2
        br i1 %alone, label %here, label %team

      here:
        call void %kernel(ptr %buffers, i64 0, i64 %extent)
        ret void

      team:
        %job = alloca %job
        %buffersAt = getelementptr %job, ptr %job, i64 0, i32 1
        %extentAt = getelementptr %job, ptr %job, i64 0, i32 2
        %alignAt = getelementptr %job, ptr %job, i64 0, i32 3
        store ptr %kernel, ptr %job
        store ptr %buffers, ptr %buffersAt
        store i64 %extent, ptr %extentAt
        store i64 %align, ptr %alignAt
        call void @GOMP_parallel(ptr @part, ptr %job, i32 %threads, i32 0)
        ret void
      }
      """;

  private final NativeCode code;
  private final CFunction runRange;
  private final int threads;

  private ParallelRunner(NativeCode code, int threads) {
    this.code = code;
    this.runRange = new CFunction("run_range", code.symbol("run_range"));
    this.threads = threads;
  }

  /** A runner on the pool of {@code libraries}, whose settings say how many threads it has. */
  public static ParallelRunner open(NativeLibraries libraries, LlvmCompiler compiler) {
    Map<String, MemorySegment> symbols =
        Map.of(
            "GOMP_parallel", openMp(libraries, "GOMP_parallel").address(),
            "omp_get_thread_num", openMp(libraries, "omp_get_thread_num").address(),
            "omp_get_num_threads", openMp(libraries, "omp_get_num_threads").address());
    byte[] object = compiler.compile("trampoline", TRAMPOLINE);
    int threads = (int) openMp(libraries, "omp_get_max_threads").call();
    return new ParallelRunner(compiler.link(List.of(object), symbols), threads);
  }

  private static CFunction openMp(NativeLibraries libraries, String name) {
    return libraries.function(NativeLibrary.OPENMP, name);
  }

  /** The number of threads that share a range. */
  public int threads() {
    return threads;
  }

  /**
   * Runs {@code kernel} over {@code [0, extent)} and returns when all of it is done.
   *
   * @param kernel the address of the kernel, from {@link NativeCode#symbol}
   * @param buffers the kernel's first argument: a native table of addresses
   * @param extent the length of the range; nothing is called for 0
   * @param grain the least length worth a thread: with less than two grains, the calling thread
   *     does it alone
   * @param align parts begin at multiples of this
   */
  public void run(
      MemorySegment kernel, MemorySegment buffers, long extent, long grain, long align) {
    if (extent < 0 || grain < 1 || align < 1) {
      throw new IllegalArgumentException(
          "range kernel: extent " + extent + ", grain " + grain + ", align " + align);
    }
    if (kernel.address() == 0 || !kernel.scope().isAlive() || !buffers.isNative()) {
      throw new IllegalArgumentException("range kernel: " + kernel + " on " + buffers);
    }
    if (!runRange.address().scope().isAlive()) {
      throw new IllegalStateException("the runner is closed");
    }
    if (extent > 0) {
      int team = extent / 2 < grain ? 1 : threads;
      runRange.call(kernel.address(), buffers.address(), extent, align, team);
    }
  }

  /** Frees the trampoline; OpenMP's threads stay, asleep. */
  @Override
  public void close() {
    code.close();
  }
}

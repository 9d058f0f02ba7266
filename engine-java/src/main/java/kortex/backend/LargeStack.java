package kortex.backend;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls on a thread of their own with a large stack. Loading oneDNN takes half a megabyte of it,
 * and compilers recurse; on a thread that somebody made with a small stack both would end the
 * process.
 */
public final class LargeStack {
  /** Reserved, not used up: memory is taken page by page as the stack grows. */
  private static final long BYTES = 16L << 20;

  private LargeStack() {}

  /** What a call came to. */
  private static final class Outcome<T> {
    private @Nullable T result;
    private @Nullable Throwable failure;
  }

  /**
   * Calls and waits, whatever interrupts; an interrupt is seen by the caller afterwards. What the
   * call throws is thrown here.
   */
  public static <T> T call(Supplier<T> work) {
    Outcome<T> outcome = new Outcome<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                outcome.result = work.get();
              } catch (Throwable e) {
                outcome.failure = e;
              }
            },
            "kortex-compiler",
            BYTES);
    thread.start();
    join(thread);
    if (outcome.failure instanceof RuntimeException e) {
      throw e;
    }
    if (outcome.failure instanceof Error e) {
      throw e;
    }
    return Objects.requireNonNull(outcome.result);
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

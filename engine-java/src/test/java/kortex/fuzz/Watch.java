package kortex.fuzz;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A thread that calls run on, watched by the test: one that hangs fails, with where it was. */
final class Watch implements AutoCloseable {
  private static final long SECONDS = Integer.getInteger("fuzz.seconds", 30);

  private final AtomicReference<Thread> worker = new AtomicReference<>();
  private ExecutorService calls = start();

  private ExecutorService start() {
    return Executors.newSingleThreadExecutor(task -> {
      Thread thread = Thread.ofPlatform().daemon().name("fuzz").unstarted(task);
      worker.set(thread);
      return thread;
    });
  }

  /** Runs {@code call}, and fails when it takes longer than any call may. */
  <T> T run(String what, Supplier<T> call) {
    Future<T> result = calls.submit(call::get);
    try {
      return result.get(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      AssertionError hang = new AssertionError(what + " takes more than " + SECONDS + " s");
      // What hangs keeps its thread.
      hang.setStackTrace(worker.get().getStackTrace());
      calls = start();
      throw hang;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AssertionError failure) {
        throw failure;
      }
      return fail(what + " threw " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(what, e);
    }
  }

  @Override
  public void close() {
    calls.shutdownNow();
  }
}

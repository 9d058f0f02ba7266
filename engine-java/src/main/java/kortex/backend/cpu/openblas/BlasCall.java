package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Work on buffers that is made of independent parts. */
public abstract sealed class BlasCall permits StackCall, ProductCall {
  private final int parts;

  /** A call whose parts run at the same time. */
  BlasCall(int parts) {
    this.parts = parts;
  }

  /** Runs one part; false if LAPACK gave up. */
  abstract boolean run(int part, MemorySegment[] buffers);

  /**
   * Runs on buffers, inputs first. False if LAPACK gave up on a matrix, which is rare; the outputs
   * are not complete then. Of several errors the one of the first matrix is thrown.
   */
  public final boolean run(MemorySegment[] buffers) {
    if (parts == 1) {
      return run(0, buffers);
    }
    List<Result> results =
        IntStream.range(0, parts).parallel().mapToObj(part -> attempt(part, buffers)).toList();
    for (Result result : results) {
      if (result.failure().isPresent()) {
        throw result.failure().get();
      }
    }
    return results.stream().allMatch(Result::done);
  }

  private record Result(boolean done, Optional<RuntimeException> failure) {}

  private Result attempt(int part, MemorySegment[] buffers) {
    try {
      return new Result(run(part, buffers), Optional.empty());
    } catch (RuntimeException e) {
      return new Result(false, Optional.of(e));
    }
  }

  /** The bounds of part {@code part} of {@code total} things. */
  final long from(long total, int part) {
    return total * part / parts;
  }

  /** One worker for each part: they share no scratch memory. */
  final <T> List<T> workers(Function<Integer, T> make) {
    return IntStream.range(0, parts).boxed().map(make).toList();
  }
}

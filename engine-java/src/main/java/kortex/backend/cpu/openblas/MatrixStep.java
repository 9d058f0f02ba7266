package kortex.backend.cpu.openblas;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongFunction;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** What is done with one matrix of a stack. */
interface MatrixStep {
  /** How it went. */
  enum Outcome {
    /** The results are there. */
    DONE,
    /** An input is NaN or infinite, so all results are NaN. */
    UNDEFINED,
    /** LAPACK gave up. */
    NOT_CONVERGED
  }

  /**
   * @param index the number of the matrix in its stack
   * @param matrices its inputs, then its outputs
   */
  Outcome run(int index, MemorySegment[] matrices);

  /**
   * What a step is prepared with.
   *
   * @param api the functions for the element type
   * @param inputs the types of the inputs
   * @param memory gives memory that lives as long as the step
   */
  record Setting(BlasApi api, List<TensorType> inputs, LongFunction<MemorySegment> memory) {
    TensorType input(int i) {
      return inputs.get(i);
    }

    DType dtype() {
      return inputs.getFirst().dtype();
    }

    /** Memory for {@code count} elements. */
    MemorySegment scratch(long count) {
      return memory.apply(count * dtype().bytes());
    }

    Transposition transposition(long rows, long columns) {
      return new Transposition(api, dtype(), memory, rows, columns);
    }
  }
}

package kortex.backend;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kortex.plan.Plan;
import kortex.tensor.TensorType;

/** A plan ready to run. It owns the arena; one run at a time. */
public interface Program extends AutoCloseable {
  /** Runs all steps; {@code leaves} hold the stored values by leaf number. */
  void run(List<Memory> leaves);

  /** Runs all steps, and adds to each element how many nanoseconds the step of that number took. */
  void run(List<Memory> leaves, long[] nanos);

  /** Runs all steps as often as {@code repeat} says, without a way back in between if it can. */
  default void run(List<Memory> leaves, Repeat repeat) {
    repeat.oneByOne(this, leaves, plan().leaves().stream().map(TensorType::bytes).toList());
  }

  /** What runs. */
  Plan plan();

  /** The number of the plan's step that the last run came to, which is the one that failed. */
  int reached();

  /** Copies an output of the last run to the host. */
  void read(int output, MemorySegment destination);

  /** Gives the arena and the compiled code back. */
  @Override
  void close();
}

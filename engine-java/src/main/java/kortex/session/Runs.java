package kortex.session;

import java.lang.foreign.MemorySegment;
import kortex.backend.Repeat;
import kortex.graph.HostMemory;
import kortex.plan.Plan;
import kortex.tensor.TensorType;

/** What several runs of a step in one call gave, until the step runs several times again. */
public final class Runs {
  private final Plan plan;
  private final Repeat repeat;

  Runs(Plan plan, Repeat repeat) {
    this.plan = plan;
    this.repeat = repeat;
  }

  /** Copies an output of run {@code run}, counted from 0. */
  public void read(int output, int run, MemorySegment destination) {
    Repeat.Collected from = repeat.collected().get(output);
    from.memory().slice(run * from.bytes(), from.bytes()).read(destination);
  }

  /** A scalar output of each run. */
  public double[] scalars(int output) {
    TensorType type = plan.buffers().get(plan.outputs().get(output)).type();
    MemorySegment all = MemorySegment.ofArray(new long[scalarWords(type)]);
    repeat.collected().get(output).memory().read(all.asSlice(0, repeat.times() * type.bytes()));
    double[] out = new double[repeat.times()];
    for (int run = 0; run < out.length; run++) {
      out[run] = HostMemory.get(all, type.dtype(), run);
    }
    return out;
  }

  private int scalarWords(TensorType type) {
    return Math.toIntExact(Math.ceilDiv(repeat.times() * type.bytes(), (long) Long.BYTES));
  }
}

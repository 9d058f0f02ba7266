package kortex.session;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import kortex.backend.Memory;
import kortex.backend.Program;
import kortex.backend.Repeat;
import kortex.graph.Graph;
import kortex.graph.HostMemory;
import kortex.graph.Storage;
import kortex.plan.Plan;
import kortex.tensor.DataException;
import kortex.tensor.NumericException;
import kortex.tensor.SettingException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * A compiled computation bound to the storages that it reads and updates. Running it does no graph
 * work. Updated storages live in the backend's memory from the first run on.
 */
public final class Step {
  private final Session session;
  private final Compiled compiled;
  private final Graph.Captured captured;
  private final List<Storage> storages;
  private final boolean resident;
  private final List<Memory> memories;

  /**
   * @param resident whether leaves that are only read move to the backend too, which pays when the
   *     step runs often
   */
  Step(Session session, Compiled compiled, Graph.Captured captured, boolean resident) {
    this.session = session;
    this.compiled = compiled;
    this.captured = captured;
    this.storages = captured.leaves();
    this.resident = resident;
    this.memories = new ArrayList<>(storages.size());
  }

  /** The plan that runs. */
  public Plan plan() {
    return compiled.plan();
  }

  /** What runs, in what order and in how much memory, as a table for people. */
  public Explanation explain() {
    return Explanation.of(session.backend(), compiled.blueprint(), captured);
  }

  /**
   * Runs the computation on the data as it is now. An error of the data names the line of the op
   * that found it; for what is inside a loop, the line of the loop.
   */
  public void run() {
    run((program, leaves) -> program.run(leaves));
  }

  /**
   * Runs the computation some times, and returns how many milliseconds a run spent in each step of
   * {@link #explain}, in order.
   */
  public List<Double> profile(int runs) {
    long[] nanos = new long[plan().steps().size()];
    for (int i = 0; i < runs; i++) {
      run((program, leaves) -> program.run(leaves, nanos));
    }
    return Arrays.stream(nanos).mapToObj(n -> n / 1e6 / runs).toList();
  }

  /**
   * Runs the computation some times in one call. What a run updates, the next one reads.
   *
   * @param times at least 1
   * @param slices for storages that it reads, others from which run {@code n}, counted from 0,
   *     reads slice {@code n} instead: at least {@code times} values one behind the other
   * @return what the runs gave, until this step runs several times again
   * @throws SettingException for no runs, and for slices of what it does not read, or updates
   * @throws ShapeException when a storage does not hold that many values
   */
  public Runs run(int times, Map<Storage, Storage> slices) {
    requireRuns(times, slices);
    Set<Integer> sliced = new HashSet<>();
    for (int i = 0; i < storages.size(); i++) {
      Storage whole = slices.get(storages.get(i));
      if (whole != null) {
        requireSlices(storages.get(i), whole, times);
        sliced.add(i);
      }
    }
    List<Repeat.Collected> collected = new ArrayList<>();
    synchronized (session) {
      session.requireOpen();
      for (int output = 0; output < plan().outputs().size(); output++) {
        long bytes = outputType(output).bytes();
        collected.add(new Repeat.Collected(compiled.collected(output, times * bytes), bytes));
      }
      Repeat repeat = new Repeat(times, sliced, collected);
      run(slices, (program, leaves) -> program.run(leaves, repeat));
      return new Runs(plan(), repeat);
    }
  }

  private void requireRuns(int times, Map<Storage, Storage> slices) {
    if (times < 1) {
      throw new SettingException("a step is to run " + times + " times", "Run it once or more.");
    }
    for (Storage storage : slices.keySet()) {
      int leaf = storages.indexOf(storage);
      if (leaf < 0 || plan().updated().contains(leaf)) {
        throw new SettingException(
            "there are slices for a "
                + storage.type()
                + " that the step "
                + (leaf < 0 ? "does not read" : "updates"),
            "Give slices for what the step only reads.");
      }
    }
  }

  private static void requireSlices(Storage storage, Storage whole, int times) {
    if (whole.type().dtype() != storage.type().dtype()
        || whole.type().size() < times * storage.type().size()) {
      throw new ShapeException(
          whole.type() + " does not hold " + times + " times " + storage.type(),
          "Put that many values one behind the other.");
    }
  }

  private void run(BiConsumer<Program, List<Memory>> how) {
    run(Map.of(), how);
  }

  private void run(Map<Storage, Storage> instead, BiConsumer<Program, List<Memory>> how) {
    synchronized (session) {
      session.requireOpen();
      memories.clear();
      for (int i = 0; i < storages.size(); i++) {
        Storage storage = storages.get(i);
        memories.add(memory(i, Objects.requireNonNullElse(instead.get(storage), storage)));
      }
      try {
        how.accept(compiled.program(), memories);
      } catch (DataException | NumericException e) {
        int step = compiled.program().reached();
        e.madeAt(compiled.blueprint().originOfStep(step, captured.origins()).toString());
        throw e;
      } finally {
        // A run that failed may have updated them, or the runs before it.
        for (int leaf : compiled.plan().updated()) {
          storages.get(leaf).touched();
        }
      }
    }
  }

  private Memory memory(int leaf, Storage storage) {
    if (storage.resident().orElse(null) instanceof SessionMemory known
        && known.session() == session) {
      return known.memory();
    }
    if (resident || compiled.plan().updated().contains(leaf)) {
      Memory memory = session.budget().allocate(storage.type().bytes());
      storage.moveTo(new SessionMemory(session, memory));
      return memory;
    }
    Memory staging = compiled.staging(leaf);
    staging.write(storage.host());
    return staging;
  }

  /** Copies an output of the last run to the host. */
  public void read(int output, MemorySegment destination) {
    synchronized (session) {
      compiled.program().read(output, destination);
    }
  }

  private TensorType outputType(int output) {
    Plan plan = plan();
    return plan.buffers().get(plan.outputs().get(output)).type();
  }

  /** A scalar output of the last run. */
  public double scalar(int output) {
    TensorType type = outputType(output);
    MemorySegment scalar = HostMemory.allocate(type);
    read(output, scalar);
    return HostMemory.get(scalar, type.dtype(), 0);
  }
}

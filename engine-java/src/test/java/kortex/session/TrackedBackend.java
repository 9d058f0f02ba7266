package kortex.session;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import kortex.backend.Backend;
import kortex.backend.Memory;
import kortex.backend.Program;
import kortex.backend.reference.ReferenceBackend;
import kortex.op.Op;
import kortex.plan.Plan;
import kortex.tensor.DeviceException;
import kortex.tensor.TensorType;

/** The reference backend, counting what is not given back, and failing on demand. */
final class TrackedBackend implements Backend {
  private final Backend backend = ReferenceBackend.create();
  private int open;
  private int openPrograms;
  private int left = Integer.MAX_VALUE;
  private boolean failing;

  /** Blocks of memory and programs that are open. */
  int open() {
    return open + openPrograms;
  }

  int openPrograms() {
    return openPrograms;
  }

  /** The allocation after {@code count} more fails. */
  void failAfter(int count) {
    left = count;
  }

  /** The next compilation fails. */
  void failCompilation() {
    failing = true;
  }

  @Override
  public String name() {
    return "tracked";
  }

  @Override
  public String description() {
    return "counts";
  }

  @Override
  public boolean runsWhole(Op op, List<TensorType> inputs) {
    return backend.runsWhole(op, inputs);
  }

  @Override
  public boolean runsHalf(Op op) {
    return backend.runsHalf(op);
  }

  @Override
  public OptionalLong freeMemory() {
    return OptionalLong.empty();
  }

  @Override
  public Memory allocate(long bytes) {
    if (left-- <= 0) {
      throw new DeviceException("no room", "This is a test.");
    }
    open++;
    return new Counted(backend.allocate(bytes));
  }

  private final class Counted implements Memory {
    private final Memory memory;

    Counted(Memory memory) {
      this.memory = memory;
    }

    @Override
    public long bytes() {
      return memory.bytes();
    }

    @Override
    public void write(MemorySegment source) {
      memory.write(source);
    }

    @Override
    public void read(MemorySegment destination) {
      memory.read(destination);
    }

    @Override
    public Memory slice(long from, long bytes) {
      return new Counted(memory.slice(from, bytes));
    }

    @Override
    public void close() {
      open--;
      memory.close();
    }
  }

  @Override
  public Program compile(Plan plan, Effort effort) {
    if (failing) {
      failing = false;
      throw new DeviceException("no code", "This is a test.");
    }
    Program program = backend.compile(plan, effort);
    openPrograms++;
    return new Program() {
      @Override
      public void run(List<Memory> leaves) {
        program.run(bare(leaves));
      }

      @Override
      public void run(List<Memory> leaves, long[] nanos) {
        program.run(bare(leaves), nanos);
      }

      @Override
      public Plan plan() {
        return plan;
      }

      private List<Memory> bare(List<Memory> leaves) {
        return leaves.stream().map(m -> ((Counted) m).memory).toList();
      }

      @Override
      public int reached() {
        return program.reached();
      }

      @Override
      public void read(int output, MemorySegment destination) {
        program.read(output, destination);
      }

      @Override
      public void close() {
        openPrograms--;
        program.close();
      }
    };
  }

  @Override
  public void close() {}
}

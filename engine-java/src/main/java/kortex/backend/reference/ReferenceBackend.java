package kortex.backend.reference;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import kortex.backend.Backend;
import kortex.backend.FreeMemory;
import kortex.backend.Memory;
import kortex.backend.Program;
import kortex.kernel.Interpreter;
import kortex.op.Binary;
import kortex.op.Index;
import kortex.op.Join;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.Random;
import kortex.op.Reduce;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.op.View;
import kortex.plan.Plan;
import kortex.tensor.DeviceException;
import kortex.tensor.TensorType;

/** Runs plans in plain Java. */
public final class ReferenceBackend implements Backend {
  private final boolean fused;

  private ReferenceBackend(boolean fused) {
    this.fused = fused;
  }

  /** The oracle: every op as a whole. */
  public static ReferenceBackend create() {
    return new ReferenceBackend(false);
  }

  /** Runs fused plans by interpreting their kernels: tests lowering apart from code generation. */
  public static ReferenceBackend interpreting() {
    return new ReferenceBackend(true);
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "plain Java, one thread, " + (fused ? "fused kernels interpreted" : "one op at a time");
  }

  @Override
  public boolean runsWhole(Op op, List<TensorType> inputs) {
    boolean inKernels =
        op instanceof Unary
            || op instanceof Binary
            || op instanceof Select
            || op instanceof Reduce
            || op instanceof View
            || op instanceof Join
            || op instanceof Leaf
            || op instanceof Index
            || op instanceof Random;
    return !fused || !inKernels;
  }

  /** The oracle accumulates in double. */
  @Override
  public boolean runsHalf(Op op) {
    return !fused;
  }

  @Override
  public OptionalLong freeMemory() {
    return FreeMemory.bytes();
  }

  @Override
  public Memory allocate(long bytes) {
    return block(bytes);
  }

  private static Block block(long bytes) {
    Arena arena = Arena.ofShared();
    try {
      return new Block(arena, arena.allocate(Math.max(64, bytes), 64).asSlice(0, bytes));
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new DeviceException(
          "no room for " + bytes / (1 << 20) + " MiB of native memory: " + e.getMessage(),
          "Use smaller tensors or batches.",
          e);
    }
  }

  @Override
  public Program compile(Plan plan, Effort effort) {
    return new Interpreted(plan, block(plan.arenaBytes()));
  }

  @Override
  public void close() {}

  private record Block(Arena owner, MemorySegment data) implements Memory {
    @Override
    public long bytes() {
      return data.byteSize();
    }

    @Override
    public void write(MemorySegment source) {
      data.copyFrom(source);
    }

    @Override
    public void read(MemorySegment destination) {
      destination.copyFrom(data.asSlice(0, destination.byteSize()));
    }

    @Override
    public void close() {
      if (owner.scope().isAlive()) {
        owner.close();
      }
    }
  }

  private record Interpreted(Plan plan, Block arena) implements Program {
    @Override
    public void run(List<Memory> leaves) {
      for (Plan.Step step : plan.steps()) {
        switch (step) {
          case Plan.KernelStep s -> {
            List<MemorySegment> buffers = new ArrayList<>();
            s.params().forEach(id -> buffers.add(data(id, leaves)));
            Interpreter.run(s.kernel(), buffers, 0, s.kernel().extent());
          }
          case Plan.OpStep s ->
              ReferenceOps.run(s.op(), arrays(s.inputs(), leaves), arrays(s.outputs(), leaves));
          case Plan.CopyStep s -> data(s.to(), leaves).copyFrom(data(s.from(), leaves));
        }
      }
    }

    private List<Dense> arrays(List<Integer> ids, List<Memory> leaves) {
      return ids.stream()
          .map(id -> new Dense(plan.buffers().get(id).type(), data(id, leaves)))
          .toList();
    }

    private MemorySegment data(int id, List<Memory> leaves) {
      Plan.Buffer buffer = plan.buffers().get(id);
      return switch (buffer.place()) {
        case Plan.InLeaf at -> ((Block) leaves.get(at.leaf())).data();
        case Plan.InArena at -> arena.data().asSlice(at.offset(), buffer.type().bytes());
      };
    }

    @Override
    public void read(int output, MemorySegment destination) {
      destination.copyFrom(data(plan.outputs().get(output), List.of()));
    }

    @Override
    public void close() {
      arena.close();
    }
  }
}

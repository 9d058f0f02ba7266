package kortex.backend.reference;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kortex.backend.Backend;
import kortex.backend.FreeMemory;
import kortex.backend.Memory;
import kortex.backend.NativeMemory;
import kortex.backend.Program;
import kortex.graph.HostMemory;
import kortex.kernel.Interpreter;
import kortex.op.Accumulate;
import kortex.op.Binary;
import kortex.op.Convolution;
import kortex.op.Epilogue;
import kortex.op.Index;
import kortex.op.Join;
import kortex.op.Leaf;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Random;
import kortex.op.Reduce;
import kortex.op.Region;
import kortex.op.Scan;
import kortex.op.Select;
import kortex.op.Unary;
import kortex.op.View;
import kortex.plan.Plan;
import kortex.tensor.DType;
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
            || (op instanceof Index && !(op instanceof Index.Bounded))
            || op instanceof Accumulate
            || op instanceof Random;
    boolean hasPlan = op instanceof Region;
    return !fused || !(inKernels || hasPlan);
  }

  /** Interpreted plans are made as those of fast backends. */
  @Override
  public boolean wantsChannelsLast(Op op, List<TensorType> inputs) {
    return fused && op instanceof Convolution;
  }

  /** The oracle computes one op at a time. */
  @Override
  public boolean takes(Op op, Epilogue epilogue, List<TensorType> inputs) {
    boolean forward = op instanceof MatMul || op instanceof Convolution.Conv;
    return fused && (forward || (op instanceof Convolution && epilogue.isOnlyRounded()));
  }

  @Override
  public Optional<String> lacksBf16() {
    return Optional.empty();
  }

  /** Everything that a backend may run on bf16: what it means is the same here. */
  @Override
  public boolean wantsBf16(Op op, List<TensorType> inputs) {
    return op instanceof MatMul || op instanceof Convolution;
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
    return NativeMemory.allocate(bytes);
  }

  @Override
  public Program compile(Plan plan, Effort effort) {
    return new Interpreted(plan, NativeMemory.allocate(plan.arenaBytes()));
  }

  @Override
  public void close() {}

  private static final class Interpreted implements Program {
    private final Plan plan;
    private final NativeMemory arena;
    private int reached;

    Interpreted(Plan plan, NativeMemory arena) {
      this.plan = plan;
      this.arena = arena;
    }

    @Override
    public Plan plan() {
      return plan;
    }

    @Override
    public int reached() {
      return reached;
    }

    @Override
    public void run(List<Memory> leaves) {
      run(leaves, new long[plan.steps().size()]);
    }

    @Override
    public void run(List<Memory> leaves, long[] nanos) {
      for (int i = 0; i < plan.steps().size(); i++) {
        reached = i;
        long before = System.nanoTime();
        switch (plan.steps().get(i)) {
          case Plan.KernelStep s -> {
            List<MemorySegment> buffers = new ArrayList<>();
            s.params().forEach(id -> buffers.add(data(id, leaves)));
            Interpreter.run(s.kernel(), buffers, 0, s.kernel().extent());
          }
          case Plan.OpStep s ->
              ReferenceOps.run(
                  s.op(), s.epilogue(), arrays(s.inputs(), leaves), arrays(s.outputs(), leaves));
          case Plan.LoopStep s -> loop(s, leaves);
          case Plan.BranchStep s -> branch(s, leaves);
          case Plan.CopyStep s -> data(s.to(), leaves).copyFrom(data(s.from(), leaves));
        }
        nanos[i] += System.nanoTime() - before;
      }
    }

    private void loop(Plan.LoopStep s, List<Memory> leaves) {
      Scan scan = s.scan();
      List<MemorySegment> in = s.inputs().stream().map(id -> data(id, leaves)).toList();
      List<MemorySegment> out = s.outputs().stream().map(id -> data(id, leaves)).toList();
      Interpreted body = new Interpreted(s.body(), NativeMemory.of(data(s.scratch(), leaves)));
      for (int i = 0; i < scan.carries(); i++) {
        out.get(i).copyFrom(in.get(i));
      }
      for (long n = 0; n < scan.length(); n++) {
        long t = scan.reverse() ? scan.length() - 1 - n : n;
        List<Memory> bound = new ArrayList<>();
        for (int leaf = 0; leaf < s.body().leaves().size(); leaf++) {
          long bytes = s.body().leaves().get(leaf).bytes();
          MemorySegment whole =
              leaf < scan.carries()
                  ? out.get(leaf)
                  : leaf < in.size() ? in.get(leaf) : out.get(scan.carries() + leaf - in.size());
          boolean slice = scan.isSequence(leaf) || leaf >= in.size();
          bound.add(NativeMemory.of(slice ? whole.asSlice(t * bytes, bytes) : whole));
        }
        body.run(bound);
      }
    }

    private void branch(Plan.BranchStep s, List<Memory> leaves) {
      boolean holds = HostMemory.get(data(s.inputs().getFirst(), leaves), DType.BOOL, 0) != 0;
      List<Memory> bound = new ArrayList<>();
      s.leaves().forEach(id -> bound.add(NativeMemory.of(data(id, leaves))));
      new Interpreted(holds ? s.then() : s.otherwise(), NativeMemory.of(data(s.scratch(), leaves)))
          .run(bound);
    }

    /** Memory that something else owns. */
    private List<Dense> arrays(List<Integer> ids, List<Memory> leaves) {
      return ids.stream()
          .map(id -> new Dense(plan.buffers().get(id).type(), data(id, leaves)))
          .toList();
    }

    private MemorySegment data(int id, List<Memory> leaves) {
      Plan.Buffer buffer = plan.buffers().get(id);
      return switch (buffer.place()) {
        case Plan.InLeaf at -> ((NativeMemory) leaves.get(at.leaf())).data();
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

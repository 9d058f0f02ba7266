package kortex.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import kortex.kernel.Kernel;
import kortex.op.Epilogue;
import kortex.op.Op;
import kortex.op.Scan;
import kortex.tensor.TensorType;

/**
 * What to run, in order, and where every value lives. Buffers named by several ids may share memory
 * only as views of one value or when their lifetimes do not meet.
 *
 * @param leaves the types of the stored values it reads and updates, by leaf number
 * @param buffers all values, by buffer id
 * @param steps what runs, in order
 * @param outputs the buffer id of each output; it is in the arena, and stays intact to the end
 * @param updated the leaves whose stored value the plan replaces
 * @param arenaBytes the memory all transient values need together
 */
public record Plan(
    List<TensorType> leaves,
    List<Buffer> buffers,
    List<Step> steps,
    List<Integer> outputs,
    List<Integer> updated,
    long arenaBytes) {

  public Plan {
    leaves = List.copyOf(leaves);
    buffers = List.copyOf(buffers);
    steps = List.copyOf(steps);
    outputs = List.copyOf(outputs);
    updated = List.copyOf(updated);
  }

  /** A dense row-major value and its place. */
  public record Buffer(TensorType type, Place place) {}

  /** Where a value lives. */
  public sealed interface Place {}

  /** In the memory of a stored value. */
  public record InLeaf(int leaf) implements Place {}

  /** In the arena, {@code offset} bytes from its start, aligned to 64. */
  public record InArena(long offset) implements Place {}

  /** This plan and the plans inside its steps. */
  public List<Plan> all() {
    List<Plan> out = new ArrayList<>(List.of(this));
    for (Step step : steps) {
      if (step instanceof NestedStep nested) {
        nested.plans().forEach(plan -> out.addAll(plan.all()));
      }
    }
    return out;
  }

  /** Something that runs. */
  public sealed interface Step {
    /** The buffers it reads. */
    List<Integer> reads();

    /** The buffers it writes. */
    List<Integer> writes();

    /** The same step on other buffers, each given by the one it stands for. */
    Step on(IntUnaryOperator buffers);
  }

  private static List<Integer> on(IntUnaryOperator buffers, List<Integer> ids) {
    return ids.stream().map(buffers::applyAsInt).toList();
  }

  /** Runs a kernel; parameter i of the kernel is buffer {@code params[i]}. */
  public record KernelStep(Kernel kernel, List<Integer> params, String label) implements Step {
    @Override
    public List<Integer> reads() {
      return params;
    }

    @Override
    public List<Integer> writes() {
      return IntStream.range(0, params.size())
          .filter(i -> kernel.params().get(i).written())
          .mapToObj(params::get)
          .toList();
    }

    @Override
    public Step on(IntUnaryOperator buffers) {
      return new KernelStep(kernel, Plan.on(buffers, params), label);
    }
  }

  /**
   * Runs one op as a whole.
   *
   * @param epilogue what happens to the result before it is stored
   * @param inputs what the op reads, then what the epilogue reads
   */
  public record OpStep(Op op, Epilogue epilogue, List<Integer> inputs, List<Integer> outputs)
      implements Step {
    @Override
    public List<Integer> reads() {
      return inputs;
    }

    @Override
    public List<Integer> writes() {
      return outputs;
    }

    @Override
    public Step on(IntUnaryOperator buffers) {
      return new OpStep(op, epilogue, Plan.on(buffers, inputs), Plan.on(buffers, outputs));
    }
  }

  /** Runs other plans, which know nothing of this one. */
  public sealed interface NestedStep extends Step {
    /** The plans that it may run. */
    List<Plan> plans();

    /** The buffers that it passes in. */
    List<Integer> inputs();

    /** The buffers that it passes out. */
    List<Integer> outputs();

    /** The buffer that is the arena of the plan that runs. */
    int scratch();

    @Override
    default List<Integer> reads() {
      return inputs();
    }

    @Override
    default List<Integer> writes() {
      List<Integer> out = new ArrayList<>(outputs());
      out.add(scratch());
      return out;
    }
  }

  /**
   * Runs a plan once for each slice of some sequences. Its leaves are the carries, the slices, the
   * constants, then a place for a slice of each stacked output; it updates carries and places.
   *
   * @param body what one step runs
   * @param scan how often, in which direction, and which leaf is what
   * @param inputs first carries, sequences, constants
   * @param outputs the carries, which the body updates here, and stacked outputs
   */
  public record LoopStep(
      Plan body, Scan scan, List<Integer> inputs, List<Integer> outputs, int scratch)
      implements NestedStep {
    @Override
    public List<Plan> plans() {
      return List.of(body);
    }

    @Override
    public Step on(IntUnaryOperator buffers) {
      return new LoopStep(
          body,
          scan,
          Plan.on(buffers, inputs),
          Plan.on(buffers, outputs),
          buffers.applyAsInt(scratch));
    }
  }

  /**
   * Runs one of two plans. Their leaves are the inputs but the first, then a place for each output.
   *
   * @param then what runs where the predicate holds
   * @param inputs the predicate, then what the plans read
   */
  public record BranchStep(
      Plan then, Plan otherwise, List<Integer> inputs, List<Integer> outputs, int scratch)
      implements NestedStep {
    @Override
    public List<Plan> plans() {
      return List.of(then, otherwise);
    }

    @Override
    public Step on(IntUnaryOperator buffers) {
      return new BranchStep(
          then,
          otherwise,
          Plan.on(buffers, inputs),
          Plan.on(buffers, outputs),
          buffers.applyAsInt(scratch));
    }

    /** The buffer that each leaf of the plans is. */
    public List<Integer> leaves() {
      List<Integer> out = new ArrayList<>(inputs.subList(1, inputs.size()));
      out.addAll(outputs);
      return out;
    }
  }

  /** Copies a value. */
  public record CopyStep(int from, int to) implements Step {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public List<Integer> writes() {
      return List.of(to);
    }

    @Override
    public Step on(IntUnaryOperator buffers) {
      return new CopyStep(buffers.applyAsInt(from), buffers.applyAsInt(to));
    }
  }
}

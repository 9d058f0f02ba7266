package kortex.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kortex.kernel.Kernel;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** Checks the rules of a plan; run after planning in tests. */
public final class PlanVerifier {
  private final Plan plan;

  private PlanVerifier(Plan plan) {
    this.plan = plan;
  }

  /** Throws {@link IllegalStateException} when a rule is broken. */
  public static Plan verify(Plan plan) {
    new PlanVerifier(plan).run();
    return plan;
  }

  private void run() {
    Set<Plan.Place> live = new HashSet<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      step(i, live);
    }
    for (Plan.Buffer buffer : plan.buffers()) {
      if (buffer.place() instanceof Plan.InArena at) {
        long end = at.offset() + buffer.type().bytes();
        require(end <= plan.arenaBytes(), -1, "has a buffer that ends outside the arena");
      } else if (buffer.place() instanceof Plan.InLeaf at) {
        boolean fits = buffer.type().bytes() == plan.leaves().get(at.leaf()).bytes();
        require(fits, -1, "has a buffer of another size than its leaf");
      }
    }
    for (int id : plan.outputs()) {
      Plan.Buffer buffer = plan.buffers().get(id);
      require(
          buffer.place() instanceof Plan.InArena
              && (live.contains(buffer.place()) || buffer.type().size() == 0),
          plan.steps().size(),
          "leaves output " + id + " overwritten or in no arena");
    }
  }

  private void step(int number, Set<Plan.Place> live) {
    Plan.Step step = plan.steps().get(number);
    for (int id : step.reads()) {
      boolean written = step.writes().contains(id) && step instanceof Plan.KernelStep;
      Plan.Buffer buffer = plan.buffers().get(id);
      boolean known = buffer.place() instanceof Plan.InLeaf || live.contains(buffer.place());
      require(
          known || written || buffer.type().size() == 0,
          number,
          "reads buffer " + id + " before it is written");
    }
    for (int id : step.writes()) {
      overwrite(id, live);
    }
    switch (step) {
      case Plan.KernelStep kernel -> kernel(number, kernel);
      case Plan.OpStep op ->
          require(
              computes(op),
              number,
              "runs " + op.op().label() + " on other types than it was planned for");
      case Plan.LoopStep loop -> loop(number, loop);
      case Plan.BranchStep branch -> nested(number, branch, types(branch.leaves()));
      case Plan.CopyStep copy -> {}
    }
  }

  /** An op of f32 may read half precision, and its epilogue may round what it gives. */
  private boolean computes(Plan.OpStep step) {
    List<TensorType> read = types(own(step));
    List<TensorType> inferred = step.op().infer(read);
    List<TensorType> written = types(step.outputs());
    if (inferred.equals(written)) {
      return true;
    }
    TensorType result = inferred.getFirst();
    boolean wide = read.stream().allMatch(t -> t.dtype().isHalf());
    DType given = wide ? DType.F32 : result.dtype();
    return written.equals(List.of(result.as(step.epilogue().rounded().orElse(given))));
  }

  /** The inputs of the op itself. */
  private static List<Integer> own(Plan.OpStep step) {
    return step.inputs().subList(0, step.inputs().size() - step.epilogue().operands());
  }

  private List<TensorType> types(List<Integer> ids) {
    return ids.stream().map(id -> plan.buffers().get(id).type()).toList();
  }

  /** A write to the arena ends the life of everything it overlaps. */
  private void overwrite(int id, Set<Plan.Place> live) {
    Plan.Buffer buffer = plan.buffers().get(id);
    if (!(buffer.place() instanceof Plan.InArena at)) {
      return;
    }
    long end = at.offset() + buffer.type().bytes();
    live.removeIf(place ->
        place instanceof Plan.InArena other
            && other.offset() != at.offset()
            && other.offset() < end
            && at.offset() < other.offset() + bytesAt(other));
    live.add(at);
  }

  private long bytesAt(Plan.InArena place) {
    return plan.buffers().stream()
        .filter(b -> b.place().equals(place))
        .mapToLong(b -> b.type().bytes())
        .min()
        .orElse(0);
  }

  private void kernel(int step, Plan.KernelStep kernel) {
    List<Kernel.Param> params = kernel.kernel().params();
    require(params.size() == kernel.params().size(), step, "has parameters without a buffer");
    Set<Plan.Place> places = new HashSet<>();
    for (int i = 0; i < params.size(); i++) {
      Plan.Buffer buffer = plan.buffers().get(kernel.params().get(i));
      require(
          buffer.type().dtype() == params.get(i).dtype(),
          step,
          "parameter " + i + " has another dtype");
      require(
          places.add(buffer.place()) || buffer.type().size() == 0,
          step,
          "has parameters that overlap");
    }
  }

  private void loop(int step, Plan.LoopStep loop) {
    require(
        loop.scan().infer(types(loop.inputs())).equals(types(loop.outputs())),
        step,
        "loops over other types than it was planned for");
    List<TensorType> leaves = new ArrayList<>(loop.scan().body().parameterTypes());
    List<TensorType> results = loop.scan().body().resultTypes();
    leaves.addAll(results.subList(loop.scan().carries(), results.size()));
    nested(step, loop, leaves);
  }

  /** The plans inside keep the rules, and their leaves are as large as what they are bound to. */
  private void nested(int step, Plan.NestedStep nested, List<TensorType> leaves) {
    long scratch = plan.buffers().get(nested.scratch()).type().bytes();
    for (Plan body : nested.plans()) {
      require(body.leaves().equals(leaves), step, "has a plan inside with other leaves");
      verify(body);
      require(body.arenaBytes() <= scratch, step, "has less scratch than the plan inside needs");
    }
  }

  private static void require(boolean rule, int step, String what) {
    if (!rule) {
      throw new IllegalStateException("plan step " + step + " " + what);
    }
  }
}

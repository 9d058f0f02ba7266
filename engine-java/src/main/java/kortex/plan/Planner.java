package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping;
import kortex.graph.Grouping.Fused;
import kortex.graph.Grouping.Group;
import kortex.graph.Grouping.Joined;
import kortex.graph.Grouping.Nested;
import kortex.graph.Grouping.Whole;
import kortex.op.Op;
import kortex.op.Scan;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Turns a grouping into a plan: {@link Schedule} orders the groups, which become steps here, {@link
 * Updates} replace stored values, and {@link Placement} finds a place for every buffer.
 */
public final class Planner {
  private final Graph graph;
  private final Set<Ref> stored = new HashSet<>();
  private final Buffers buffers;
  private final List<Plan.Step> steps = new ArrayList<>();

  /** The group that each step belongs to, by number; −1 for copies. */
  private final List<Integer> groupOf = new ArrayList<>();

  private Planner(Grouping grouping) {
    this.graph = grouping.graph();
    this.buffers = new Buffers(graph);
    grouping.groups().forEach(g -> stored.addAll(g.outputs()));
  }

  /** The plan of a grouping. */
  public static Plan plan(Grouping grouping) {
    return trace(grouping).plan();
  }

  /** The plan of a grouping, and where its steps and buffers come from. */
  public static Planned trace(Grouping grouping) {
    return new Planner(grouping).run(grouping.groups(), Schedule.order(grouping));
  }

  /**
   * A plan and where it comes from.
   *
   * @param groups the number of the group that each step belongs to; −1 for copies
   * @param entries the entry of the graph whose value each buffer holds first; −1 for scratch
   */
  public record Planned(Plan plan, List<Integer> groups, List<Integer> entries) {
    public Planned {
      groups = List.copyOf(groups);
      entries = List.copyOf(entries);
    }
  }

  private Planned run(List<Group> groups, List<Group> order) {
    Updates updates = new Updates(graph, buffers, steps);
    Map<Ref, Integer> copies = copyLeafOutputs();
    updates.copyLeaves();
    belongTo(-1);
    Map<Ref, Integer> numbers = new HashMap<>();
    groups.forEach(g -> numbers.put(g.outputs().getFirst(), numbers.size()));
    for (Group group : order) {
      switch (group) {
        case Fused fused -> addKernels(Lowering.lower(graph, fused, stored), fused);
        case Joined joined -> addKernels(Lowering.lower(graph, joined, stored), joined);
        case Whole whole -> addOp(whole);
        case Nested nested -> addRegion(nested);
      }
      belongTo(Objects.requireNonNull(numbers.get(group.outputs().getFirst())));
    }
    List<Integer> outputs = new ArrayList<>();
    for (Ref output : graph.outputs()) {
      outputs.add(copies.containsKey(output) ? copies.get(output) : buffers.shaped(output));
    }
    updates.store(outputs);
    belongTo(-1);
    InPlace.apply(buffers, steps, outputs);
    Placement.Placed placed = Placement.place(graph, buffers, steps, outputs);
    return new Planned(placed.plan(), groupOf, placed.entries());
  }

  /** Steps added since are of one group. */
  private void belongTo(int group) {
    while (groupOf.size() < steps.size()) {
      groupOf.add(group);
    }
  }

  /** An output that is a leaf is copied first, before an update can change it. */
  private Map<Ref, Integer> copyLeafOutputs() {
    Map<Ref, Integer> copies = new HashMap<>();
    for (Ref output : graph.outputs()) {
      if (buffers.isLeaf(output) && !copies.containsKey(output)) {
        int copy = buffers.fresh(graph.type(output));
        steps.add(new Plan.CopyStep(buffers.shaped(output), copy));
        copies.put(output, copy);
      }
    }
    return copies;
  }

  private void addKernels(Lowering.Result result, Group group) {
    List<Integer> scratch = result.scratch().stream().map(buffers::fresh).toList();
    for (Lowering.Lowered lowered : result.kernels()) {
      List<Integer> params =
          lowered.params().stream()
              .map(r -> {
                OptionalInt number = Lowering.scratch(r);
                return number.isPresent() ? scratch.get(number.getAsInt()) : buffers.of(r);
              })
              .toList();
      String label = graph.entry(group.outputs().getFirst()).op().label();
      steps.add(new Plan.KernelStep(lowered.kernel(), params, label));
    }
  }

  private void addOp(Whole group) {
    Op op = graph.entries().get(group.entry()).op();
    steps.add(new Plan.OpStep(op, group.epilogue(), shaped(group.inputs()), outputs(group)));
  }

  private void addRegion(Nested group) {
    Graph.Entry entry = graph.entries().get(group.entry());
    List<Plan> bodies = group.bodies().stream().map(Planner::plan).toList();
    List<Integer> inputs = shaped(entry.inputs());
    List<Integer> outputs = outputs(group);
    long bytes = bodies.stream().mapToLong(Plan::arenaBytes).max().orElse(0);
    int scratch = buffers.fresh(new TensorType(DType.BOOL, Shape.of(bytes)));
    steps.add(
        entry.op() instanceof Scan scan
            ? new Plan.LoopStep(bodies.getFirst(), scan, inputs, outputs, scratch)
            : new Plan.BranchStep(bodies.getFirst(), bodies.getLast(), inputs, outputs, scratch));
  }

  private List<Integer> shaped(List<Ref> values) {
    return values.stream().map(buffers::shaped).toList();
  }

  private List<Integer> outputs(Group group) {
    return group.outputs().stream().map(buffers::of).toList();
  }
}

package kortex.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import kortex.backend.Backend;
import kortex.graph.Graph;
import kortex.graph.Grouping;
import kortex.graph.Members;
import kortex.graph.Origin;
import kortex.op.Leaf;
import kortex.plan.Lifetimes;
import kortex.plan.Passes;
import kortex.plan.Plan;
import kortex.tensor.TensorType;

/**
 * How a computation runs: its fusion groups, its steps in order, its buffers with their lifetimes,
 * and the memory it takes at most. {@link #toString} writes it as a table.
 *
 * @param backend what it runs on
 * @param groups what is computed together
 * @param apart which groups one might expect to be one, and why they are not
 * @param choices ops that can be run in several ways, which one runs, and why
 * @param steps what runs, in order
 * @param passes steps that follow one another and don't wait for one another
 * @param values what the arena holds
 * @param stored the stored values that are read or updated
 * @param arenaBytes the memory for intermediate values and results
 * @param peakBytes how much of it is in use at most
 * @param peakStep the number of the step at which it is, from 1
 */
public record Explanation(
    String backend,
    List<Group> groups,
    List<Apart> apart,
    List<Choice> choices,
    List<Step> steps,
    List<Pass> passes,
    List<Value> values,
    List<Stored> stored,
    long arenaBytes,
    long peakBytes,
    int peakStep) {

  public Explanation {
    groups = List.copyOf(groups);
    apart = List.copyOf(apart);
    choices = List.copyOf(choices);
    steps = List.copyOf(steps);
    passes = List.copyOf(passes);
    values = List.copyOf(values);
    stored = List.copyOf(stored);
  }

  /** What a step is: generated code, a library's routine, or a copy. */
  public enum Kind {
    KERNEL,
    LIBRARY,
    LOOP,
    BRANCH,
    COPY;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Ops that are computed together. {@code how} says in what way: fused over one space, row by row,
   * in one pass, or whole; {@code from} is the line of the last of them.
   */
  public record Group(
      int number, String how, List<String> ops, List<TensorType> results, Origin from) {
    /** Whether it is generated code. */
    public boolean fused() {
      return !how.equals("whole");
    }
  }

  /** Two groups by number, the second of which goes over what the first has reduced. */
  public record Apart(int first, int second, String why) {}

  /** An op that can be run in several ways: which one, and why. */
  public record Choice(String what, String how, Origin from) {}

  /** One step; {@code group} is the number of its group, 0 for a copy. */
  public record Step(
      int number,
      Kind kind,
      int group,
      String what,
      List<TensorType> results,
      long bytesRead,
      long bytesWritten,
      double flops) {}

  /** Kernels that run side by side, by the numbers of the first and the last of them. */
  public record Pass(int first, int last) {}

  /** A value in the arena at {@code offset}, in use from one step to another, both included. */
  public record Value(
      String what, TensorType type, long offset, int firstStep, int lastStep, Origin from) {}

  /** A stored value. */
  public record Stored(String name, TensorType type, boolean updated, Origin from) {}

  /** How the tensors would be computed, on the session of the current scope. */
  public static Explanation of(kortex.graph.Tensor... tensors) {
    return Session.current().explain(List.of(tensors), List.of());
  }

  static Explanation of(Backend backend, Blueprint blueprint, Graph.Captured captured) {
    Members members = new Members(blueprint.grouping());
    return new Reading(blueprint, captured, members).read(backend);
  }

  /** Reads all of it off a blueprint. */
  private record Reading(Blueprint blueprint, Graph.Captured captured, Members members) {
    Explanation read(Backend backend) {
      Lifetimes lives = Lifetimes.of(plan());
      return new Explanation(
          backend.name(),
          groups(),
          apart(),
          Choices.of(backend, captured),
          IntStream.range(0, plan().steps().size()).mapToObj(this::step).toList(),
          Passes.of(plan()).stream().map(p -> new Pass(p.from() + 1, p.to())).toList(),
          lives.values().stream().map(this::value).toList(),
          IntStream.range(0, plan().leaves().size()).mapToObj(this::stored).toList(),
          plan().arenaBytes(),
          lives.peakBytes(),
          Math.min(lives.peakStep() + 1, plan().steps().size()));
    }

    private Plan plan() {
      return blueprint.plan();
    }

    private Graph graph() {
      return blueprint.grouping().graph();
    }

    private List<Group> groups() {
      List<Group> out = new ArrayList<>();
      for (Grouping.Group group : blueprint.grouping().groups()) {
        List<String> ops = new ArrayList<>();
        for (int entry : members.of(group)) {
          if (!(graph().entries().get(entry).op() instanceof Leaf)) {
            ops.add(graph().entries().get(entry).op().label());
          }
        }
        List<TensorType> results = group.outputs().stream().map(graph()::type).toList();
        Origin from = blueprint.originOfGroup(group, captured.origins());
        out.add(new Group(out.size() + 1, how(group), List.copyOf(ops), results, from));
      }
      return out;
    }

    private static String how(Grouping.Group group) {
      return switch (group) {
        case Grouping.Fused g -> "fused";
        case Grouping.Joined g -> g.byRows() ? "by rows" : "one pass";
        case Grouping.Nested g -> "whole";
        case Grouping.Whole g -> "whole";
      };
    }

    private List<Apart> apart() {
      Map<Graph.Ref, Integer> numbers = new HashMap<>();
      blueprint
          .grouping()
          .groups()
          .forEach(g -> numbers.put(g.outputs().getFirst(), numbers.size() + 1));
      return blueprint.grouping().apart().stream()
          .map(a -> new Apart(number(numbers, a.first()), number(numbers, a.second()), a.why()))
          .toList();
    }

    private static int number(Map<Graph.Ref, Integer> numbers, Graph.Ref first) {
      return Objects.requireNonNull(numbers.get(first));
    }

    private Origin origin(int entry) {
      return blueprint.origin(entry, captured.origins());
    }

    private Step step(int i) {
      Plan.Step step = plan().steps().get(i);
      Kind kind =
          switch (step) {
            case Plan.KernelStep s -> Kind.KERNEL;
            case Plan.OpStep s -> Kind.LIBRARY;
            case Plan.LoopStep s -> Kind.LOOP;
            case Plan.BranchStep s -> Kind.BRANCH;
            case Plan.CopyStep s -> Kind.COPY;
          };
      String what =
          switch (step) {
            case Plan.KernelStep s -> reordered(i).orElse(s.label());
            case Plan.OpStep s -> s.op().label() + s.epilogue();
            case Plan.LoopStep s ->
                s.scan().length() + " times " + s.body().steps().size() + " steps";
            case Plan.BranchStep s -> "cond";
            case Plan.CopyStep s -> "";
          };
      Set<Integer> read = new LinkedHashSet<>(step.reads());
      step.writes().forEach(read::remove);
      List<TensorType> results = step.writes().stream().map(this::type).toList();
      int group = blueprint.planned().groups().get(i);
      return new Step(
          i + 1,
          kind,
          group + 1,
          what,
          results,
          read.stream().mapToLong(b -> type(b).bytes()).sum(),
          Forecast.bytes(results),
          group < 0 || !firstOfGroup(i, group) ? 0 : flops(group));
    }

    private Optional<String> reordered(int step) {
      int group = blueprint.planned().groups().get(step);
      return group < 0
          ? Optional.empty()
          : new Reorders(graph())
              .describe(blueprint.grouping().groups().get(group).outputs().getFirst());
    }

    private TensorType type(int buffer) {
      return plan().buffers().get(buffer).type();
    }

    /** A split reduction takes two steps; its operations are counted with the first. */
    private boolean firstOfGroup(int step, int group) {
      return step == 0 || blueprint.planned().groups().get(step - 1) != group;
    }

    private double flops(int group) {
      double sum = 0;
      for (int i : members.of(blueprint.grouping().groups().get(group))) {
        Graph.Entry entry = graph().entries().get(i);
        sum += entry.op().flops(entry.inputs().stream().map(graph()::type).toList(), entry.types());
      }
      return sum;
    }

    private Value value(Lifetimes.Occupant value) {
      Plan.Buffer buffer = plan().buffers().get(value.buffer());
      long offset = buffer.place() instanceof Plan.InArena at ? at.offset() : 0;
      int last = Math.min(value.last() + 1, plan().steps().size());
      return new Value(
          blueprint.label(value.buffer()),
          buffer.type(),
          offset,
          value.first() + 1,
          last,
          origin(blueprint.planned().entries().get(value.buffer())));
    }

    private Stored stored(int leaf) {
      boolean updated = plan().updated().contains(leaf);
      Origin from = captured.origins().get(captured.graph().leaves().get(leaf));
      return new Stored(
          captured.leaves().get(leaf).name(), plan().leaves().get(leaf), updated, from);
    }
  }

  /** All of it as a table. */
  @Override
  public String toString() {
    return ExplanationTable.write(this);
  }
}

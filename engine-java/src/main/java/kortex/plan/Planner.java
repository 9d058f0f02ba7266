package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.graph.Grouping;
import kortex.graph.Grouping.Fused;
import kortex.graph.Grouping.Group;
import kortex.graph.Grouping.Whole;
import kortex.kernel.Kernel;
import kortex.op.Leaf;
import kortex.tensor.TensorType;

/** Turns a grouping into a plan. */
public final class Planner {
  private final Graph graph;
  private final List<Integer> leaves;
  private final Set<Ref> stored = new HashSet<>();

  /** Values before they have a place: a leaf, or something in the arena. */
  private final List<TensorType> types = new ArrayList<>();

  private final Map<Integer, Integer> leafOf = new HashMap<>();
  private final Map<Ref, Integer> bufferOf = new LinkedHashMap<>();

  /** Buffers that are views of another buffer. */
  private final Map<Integer, Integer> viewOf = new HashMap<>();

  private final List<Plan.Step> steps = new ArrayList<>();

  /** The group that each step belongs to, by number; −1 for copies. */
  private final List<Integer> groupOf = new ArrayList<>();

  private Planner(Grouping grouping) {
    this.graph = grouping.graph();
    this.leaves = graph.leaves();
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
    for (int i = 0; i < leaves.size(); i++) {
      int id = fresh(graph.entries().get(leaves.get(i)).types().getFirst());
      leafOf.put(id, i);
      bufferOf.put(new Ref(leaves.get(i), 0), id);
    }
    List<Integer> outputs = copyLeafOutputs();
    Map<Integer, Integer> early = copyLeafUpdates();
    belongTo(-1);
    Map<Group, Integer> numbers = new HashMap<>();
    groups.forEach(g -> numbers.put(g, numbers.size()));
    for (Group group : order) {
      switch (group) {
        case Fused fused -> addKernels(fused);
        case Whole whole -> addOp(whole);
      }
      belongTo(Objects.requireNonNull(numbers.get(group)));
    }
    finishOutputs(outputs);
    store(early, outputs);
    belongTo(-1);
    return place(outputs);
  }

  /** Steps added since are of one group. */
  private void belongTo(int group) {
    while (groupOf.size() < steps.size()) {
      groupOf.add(group);
    }
  }

  private int fresh(TensorType type) {
    types.add(type);
    return types.size() - 1;
  }

  private int buffer(Ref ref) {
    Ref memory = Access.resolve(graph, ref);
    Integer known = bufferOf.get(memory);
    if (known == null) {
      known = fresh(graph.type(memory));
      bufferOf.put(memory, known);
    }
    return known;
  }

  /** The buffer of a value in the value's own shape. */
  private int shaped(Ref ref) {
    int memory = buffer(ref);
    if (types.get(memory).equals(graph.type(ref))) {
      return memory;
    }
    int view = fresh(graph.type(ref));
    viewOf.put(view, memory);
    return view;
  }

  private boolean isLeaf(Ref ref) {
    return graph.entry(Access.resolve(graph, ref)).op() instanceof Leaf.Read;
  }

  /** An output that is a leaf is copied first, before an update can change it. */
  private List<Integer> copyLeafOutputs() {
    List<Integer> out = new ArrayList<>();
    for (Ref ref : graph.outputs()) {
      int id = -1;
      if (isLeaf(ref)) {
        id = fresh(graph.type(ref));
        steps.add(new Plan.CopyStep(shaped(ref), id));
      }
      out.add(id);
    }
    return out;
  }

  /** A leaf that takes the value of another is read before anything is written. */
  private Map<Integer, Integer> copyLeafUpdates() {
    Map<Integer, Integer> out = new HashMap<>();
    for (int u = 0; u < graph.updates().size(); u++) {
      Ref value = graph.updates().get(u).value();
      if (isLeaf(value)) {
        int id = fresh(graph.type(value));
        steps.add(new Plan.CopyStep(shaped(value), id));
        out.put(u, id);
      }
    }
    return out;
  }

  private void finishOutputs(List<Integer> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i) < 0) {
        outputs.set(i, shaped(graph.outputs().get(i)));
      }
    }
  }

  private void addKernels(Fused group) {
    Lowering.Result result = Lowering.lower(graph, group, stored);
    List<Integer> scratch = result.scratch().stream().map(this::fresh).toList();
    for (Lowering.Lowered lowered : result.kernels()) {
      List<Integer> params =
          lowered.params().stream()
              .map(r -> r.entry() < 0 ? scratch.getFirst() : buffer(r))
              .toList();
      String label = graph.entry(group.root()).op().label();
      steps.add(new Plan.KernelStep(lowered.kernel(), params, label));
    }
  }

  private void addOp(Whole group) {
    Graph.Entry entry = graph.entries().get(group.entry());
    steps.add(
        new Plan.OpStep(
            entry.op(),
            entry.inputs().stream().map(this::shaped).toList(),
            group.outputs().stream().map(this::buffer).toList()));
  }

  /** Updates are written in place where nothing reads the old value any more, else copied last. */
  private void store(Map<Integer, Integer> early, List<Integer> outputs) {
    Uses uses = new Uses();
    Set<Integer> kept = new HashSet<>();
    outputs.forEach(o -> kept.add(memory(o)));
    Map<Integer, Integer> moved = new HashMap<>();
    List<Plan.Step> copies = new ArrayList<>();
    for (int u = 0; u < graph.updates().size(); u++) {
      Graph.Update update = graph.updates().get(u);
      int leaf = buffer(new Ref(update.target(), 0));
      int value = early.getOrDefault(u, -1);
      if (value < 0) {
        value = buffer(update.value());
        boolean sameShape = types.get(value).equals(types.get(leaf));
        if (kept.add(value) && sameShape && inPlace(uses, value, leaf)) {
          moved.put(value, leaf);
          continue;
        }
      }
      copies.add(new Plan.CopyStep(value, leaf));
    }
    redirect(moved);
    viewOf.replaceAll((view, memory) -> moved.getOrDefault(memory, memory));
    steps.addAll(copies);
  }

  /**
   * Which steps touch a buffer: the first and the last that write it, and the last that reads or
   * writes it.
   */
  private final class Uses {
    private final Map<Integer, Integer> begun = new HashMap<>();
    private final Map<Integer, Integer> maker = new HashMap<>();
    private final Map<Integer, Integer> last = new HashMap<>();

    Uses() {
      for (int i = 0; i < steps.size(); i++) {
        for (int id : steps.get(i).reads()) {
          last.put(memory(id), i);
        }
        for (int id : steps.get(i).writes()) {
          begun.putIfAbsent(memory(id), i);
          maker.put(memory(id), i);
          last.put(memory(id), i);
        }
      }
    }
  }

  private int memory(int buffer) {
    return viewOf.getOrDefault(buffer, buffer);
  }

  /**
   * Lets the step that makes {@code value} write it to {@code leaf}, if that is safe. Where several
   * steps make it, none may read what was there: one would read what another has written.
   */
  private boolean inPlace(Uses uses, int value, int leaf) {
    int begun = Objects.requireNonNull(uses.begun.get(value));
    int maker = Objects.requireNonNull(uses.maker.get(value));
    int old = uses.last.getOrDefault(leaf, -1);
    if (old > maker
        || (begun < maker && old >= begun)
        || !(steps.get(maker) instanceof Plan.KernelStep step)) {
      return false;
    }
    int written = step.params().indexOf(value);
    int read = step.params().indexOf(leaf);
    Kernel kernel = step.kernel();
    List<Integer> params = new ArrayList<>(step.params());
    if (read >= 0) {
      Set<Object> positions = new HashSet<>(Params.positions(kernel, written));
      positions.addAll(Params.positions(kernel, read));
      if (positions.size() != 1) {
        return false;
      }
      kernel = Params.merge(kernel, read, written);
      params.remove(written);
    } else {
      params.set(written, leaf);
    }
    steps.set(maker, new Plan.KernelStep(kernel, params, step.label()));
    return true;
  }

  /** Gives buffers other ids in all steps. */
  private void redirect(Map<Integer, Integer> moved) {
    steps.replaceAll(step ->
        switch (step) {
          case Plan.KernelStep s ->
              new Plan.KernelStep(s.kernel(), swap(s.params(), moved), s.label());
          case Plan.OpStep s ->
              new Plan.OpStep(s.op(), swap(s.inputs(), moved), swap(s.outputs(), moved));
          case Plan.CopyStep s ->
              new Plan.CopyStep(
                  moved.getOrDefault(s.from(), s.from()), moved.getOrDefault(s.to(), s.to()));
        });
  }

  private static List<Integer> swap(List<Integer> ids, Map<Integer, Integer> moved) {
    return ids.stream().map(i -> moved.getOrDefault(i, i)).toList();
  }

  private Planned place(List<Integer> outputs) {
    Map<Integer, int[]> lives = new LinkedHashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      List<Integer> touched = new ArrayList<>(steps.get(i).reads());
      touched.addAll(steps.get(i).writes());
      for (int id : touched) {
        int memory = memory(id);
        int step = i;
        if (!leafOf.containsKey(memory)) {
          lives.computeIfAbsent(memory, m -> new int[] {step, step})[1] = i;
        }
      }
    }
    for (int id : outputs) {
      if (!leafOf.containsKey(memory(id))) {
        lives.computeIfAbsent(memory(id), m -> new int[] {0, 0})[1] = steps.size();
      }
    }
    List<Integer> ids = List.copyOf(lives.keySet());
    ArenaLayout.Layout layout =
        ArenaLayout.place(
            ids.stream()
                .map(id -> {
                  int[] life = Objects.requireNonNull(lives.get(id));
                  return new ArenaLayout.Life(types.get(id).bytes(), life[0], life[1]);
                })
                .toList());
    Map<Integer, Long> offsets = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      offsets.put(ids.get(i), layout.offsets()[i]);
    }
    return assemble(outputs, offsets, layout.bytes());
  }

  private Planned assemble(List<Integer> outputs, Map<Integer, Long> offsets, long bytes) {
    Map<Integer, Integer> numbers = new LinkedHashMap<>();
    for (Plan.Step step : steps) {
      step.reads().forEach(id -> numbers.putIfAbsent(id, numbers.size()));
      step.writes().forEach(id -> numbers.putIfAbsent(id, numbers.size()));
    }
    outputs.forEach(id -> numbers.putIfAbsent(id, numbers.size()));
    Map<Integer, Integer> entryOf = new HashMap<>();
    bufferOf.forEach((ref, id) -> entryOf.put(id, ref.entry()));
    List<Integer> entries = new ArrayList<>();
    List<Plan.Buffer> buffers = new ArrayList<>();
    for (int id : numbers.keySet()) {
      Integer leaf = leafOf.get(memory(id));
      Plan.Place place =
          leaf != null
              ? new Plan.InLeaf(leaf)
              : new Plan.InArena(Objects.requireNonNull(offsets.get(memory(id))));
      buffers.add(new Plan.Buffer(types.get(id), place));
      entries.add(entryOf.getOrDefault(memory(id), -1));
    }
    List<TensorType> leafTypes =
        leaves.stream().map(l -> graph.entries().get(l).types().getFirst()).toList();
    List<Integer> updated =
        graph.updates().stream().map(u -> leaves.indexOf(u.target())).distinct().toList();
    redirect(numbers);
    List<Integer> numbered =
        outputs.stream().map(o -> Objects.requireNonNull(numbers.get(o))).toList();
    Plan plan = new Plan(leafTypes, buffers, steps, numbered, updated, bytes);
    return new Planned(plan, groupOf, entries);
  }
}

package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import kortex.graph.Graph;
import kortex.tensor.TensorType;

/** Gives the buffers of a plan to be their places and final numbers. */
final class Placement {
  private final Buffers buffers;
  private final List<Plan.Step> steps;
  private final List<Integer> outputs;

  private Placement(Buffers buffers, List<Plan.Step> steps, List<Integer> outputs) {
    this.buffers = buffers;
    this.steps = steps;
    this.outputs = outputs;
  }

  /**
   * A plan and where its buffers come from.
   *
   * @param entries the entry of the graph whose value each buffer holds first; −1 for scratch
   */
  record Placed(Plan plan, List<Integer> entries) {}

  /** The plan of some steps on buffers. */
  static Placed place(Graph graph, Buffers buffers, List<Plan.Step> steps, List<Integer> outputs) {
    return new Placement(buffers, steps, outputs).run(graph);
  }

  private Placed run(Graph graph) {
    Map<Integer, ArenaLayout.Life> lives = lives();
    ArenaLayout.Layout layout = ArenaLayout.place(List.copyOf(lives.values()));
    Map<Integer, Long> offsets = new HashMap<>();
    for (int id : lives.keySet()) {
      offsets.put(id, layout.offsets()[offsets.size()]);
    }
    Map<Integer, Integer> numbers = numbers();
    Map<Integer, Integer> entryOf = buffers.entries();
    List<Integer> entries = new ArrayList<>();
    List<Plan.Buffer> placed = new ArrayList<>();
    for (int id : numbers.keySet()) {
      placed.add(new Plan.Buffer(buffers.type(id), place(id, offsets)));
      entries.add(entryOf.getOrDefault(buffers.memory(id), -1));
    }
    List<TensorType> leaves =
        graph.leaves().stream().map(l -> graph.entries().get(l).types().getFirst()).toList();
    List<Integer> updated =
        graph.updates().stream()
            .map(u -> buffers.of(new Graph.Ref(u.target(), 0)))
            .distinct()
            .toList();
    Plan plan =
        new Plan(
            leaves,
            placed,
            steps.stream().map(s -> s.on(id -> number(numbers, id))).toList(),
            outputs.stream().map(o -> number(numbers, o)).toList(),
            updated,
            layout.bytes());
    return new Placed(plan, entries);
  }

  /** From which step to which each buffer in the arena is needed. */
  private Map<Integer, ArenaLayout.Life> lives() {
    Map<Integer, ArenaLayout.Life> lives = new LinkedHashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (int id : steps.get(i).reads()) {
        use(lives, id, i, i);
      }
      for (int id : steps.get(i).writes()) {
        use(lives, id, i, i);
      }
    }
    for (int id : outputs) {
      use(lives, id, 0, steps.size());
    }
    return lives;
  }

  private void use(Map<Integer, ArenaLayout.Life> lives, int id, int first, int last) {
    if (buffers.leaf(id).isEmpty()) {
      int memory = buffers.memory(id);
      ArenaLayout.Life known = lives.get(memory);
      int begin = known == null ? first : known.first();
      lives.put(memory, new ArenaLayout.Life(buffers.type(memory).bytes(), begin, last));
    }
  }

  /** The numbers of the buffers that are used, in the order of their first use. */
  private Map<Integer, Integer> numbers() {
    Map<Integer, Integer> numbers = new LinkedHashMap<>();
    for (Plan.Step step : steps) {
      step.reads().forEach(id -> numbers.putIfAbsent(id, numbers.size()));
      step.writes().forEach(id -> numbers.putIfAbsent(id, numbers.size()));
    }
    outputs.forEach(id -> numbers.putIfAbsent(id, numbers.size()));
    return numbers;
  }

  private static int number(Map<Integer, Integer> numbers, int id) {
    return Objects.requireNonNull(numbers.get(id));
  }

  private Plan.Place place(int id, Map<Integer, Long> offsets) {
    OptionalInt leaf = buffers.leaf(id);
    return leaf.isPresent()
        ? new Plan.InLeaf(leaf.getAsInt())
        : new Plan.InArena(Objects.requireNonNull(offsets.get(buffers.memory(id))));
  }
}

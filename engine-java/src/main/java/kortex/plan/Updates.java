package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.kernel.Kernel;
import kortex.op.Index;

/**
 * How stored values are replaced: in place where nothing reads the old value any more, else by a
 * copy at the end.
 */
final class Updates {
  private final Graph graph;
  private final Buffers buffers;
  private final List<Plan.Step> steps;

  /** The copies of leaves that other leaves are to become, by update. */
  private final Map<Integer, Integer> early = new HashMap<>();

  /** Adds to the steps of a plan to be. */
  Updates(Graph graph, Buffers buffers, List<Plan.Step> steps) {
    this.graph = graph;
    this.buffers = buffers;
    this.steps = steps;
  }

  /**
   * A leaf that takes the value of another is read before anything is written; the copy goes
   * straight to a leaf that nothing reads.
   */
  void copyLeaves() {
    Set<Integer> read = new HashSet<>();
    graph.entries().forEach(e -> e.inputs().forEach(r -> read.add(r.entry())));
    graph.results().forEach(r -> read.add(r.entry()));
    for (int u = 0; u < graph.updates().size(); u++) {
      Ref value = graph.updates().get(u).value();
      if (buffers.isLeaf(value)) {
        int target = graph.updates().get(u).target();
        int copy =
            read.contains(target)
                ? buffers.fresh(graph.type(value))
                : buffers.of(new Ref(target, 0));
        steps.add(new Plan.CopyStep(buffers.shaped(value), copy));
        early.put(u, copy);
      }
    }
  }

  /** Stores what the steps have computed; {@code outputs} must stay as they are. */
  void store(List<Integer> outputs) {
    Uses uses = new Uses();
    Set<Integer> kept = new HashSet<>();
    outputs.forEach(o -> kept.add(buffers.memory(o)));
    Map<Integer, Integer> moved = new HashMap<>();
    List<Plan.Step> copies = new ArrayList<>();
    for (int u = 0; u < graph.updates().size(); u++) {
      Graph.Update update = graph.updates().get(u);
      int leaf = buffers.of(new Ref(update.target(), 0));
      int value = early.getOrDefault(u, -1);
      if (value < 0) {
        value = buffers.of(update.value());
        boolean sameShape = buffers.type(value).equals(buffers.type(leaf));
        if (kept.add(value) && sameShape && inPlace(uses, value, leaf)) {
          moved.put(value, leaf);
          continue;
        }
      }
      if (value != leaf) {
        copies.add(new Plan.CopyStep(value, leaf));
      }
    }
    steps.addAll(copies);
    steps.replaceAll(step -> step.on(id -> moved.getOrDefault(id, id)));
    buffers.move(moved);
  }

  /**
   * Which steps touch a buffer: the first and the last that write it, and the last that reads or
   * writes it.
   */
  private final class Uses {
    private final Map<Integer, Integer> begun = new HashMap<>();
    private final Map<Integer, Integer> maker = new HashMap<>();
    private final Map<Integer, Integer> last = new HashMap<>();

    /** The last step that may fail; nothing stored is replaced before it. */
    private int check = -1;

    Uses() {
      for (int i = 0; i < steps.size(); i++) {
        if (steps.get(i) instanceof Plan.OpStep step && step.op() instanceof Index.Bounded) {
          check = i;
        }
        for (int id : steps.get(i).reads()) {
          last.put(buffers.memory(id), i);
        }
        for (int id : steps.get(i).writes()) {
          begun.putIfAbsent(buffers.memory(id), i);
          maker.put(buffers.memory(id), i);
          last.put(buffers.memory(id), i);
        }
      }
    }
  }

  /**
   * Lets the step that makes {@code value} write it to {@code leaf}, if that is safe. Where several
   * steps make it, none may read what was there: one would read what another has written.
   */
  private boolean inPlace(Uses uses, int value, int leaf) {
    int begun = Objects.requireNonNull(uses.begun.get(value));
    int maker = Objects.requireNonNull(uses.maker.get(value));
    int old = uses.last.getOrDefault(leaf, -1);
    if (old > maker || (begun < maker && old >= begun) || uses.check > maker) {
      return false;
    }
    if (!(steps.get(maker) instanceof Plan.KernelStep step)) {
      // What is no kernel may read its inputs again after it began to write.
      return old < begun;
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
}

package kortex.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.View;
import kortex.tensor.DType;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * A computation in flat form: entries in an order in which every input precedes its use. Two graphs
 * of one structure are equal whatever data they read, which makes a graph the key of the plan
 * cache.
 *
 * @param entries the applications of ops
 * @param outputs what is computed
 * @param updates what is stored back when all of it is computed
 */
public record Graph(List<Entry> entries, List<Ref> outputs, List<Update> updates) {

  /** One output of one entry. */
  public record Ref(int entry, int output) {}

  /** One application of an op. */
  public record Entry(Op op, List<Ref> inputs, List<TensorType> types) {}

  /** {@code value} replaces the data of the leaf {@code target}. */
  public record Update(int target, Ref value) {}

  public Graph {
    entries = List.copyOf(entries);
    outputs = List.copyOf(outputs);
    updates = List.copyOf(updates);
  }

  /** The type of a value. */
  public TensorType type(Ref ref) {
    return entries.get(ref.entry()).types().get(ref.output());
  }

  /** The entry that makes a value. */
  public Entry entry(Ref ref) {
    return entries.get(ref.entry());
  }

  /** The entries that read stored data, in order: leaf number i is the i-th of them. */
  public List<Integer> leaves() {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).op() instanceof Leaf.Read) {
        out.add(i);
      }
    }
    return out;
  }

  /** Everything computed or stored: outputs, then updated values. */
  public List<Ref> results() {
    List<Ref> out = new ArrayList<>(outputs);
    updates.forEach(u -> out.add(u.value()));
    return out;
  }

  /**
   * A graph and what is no part of its structure.
   *
   * @param leaves the data its leaves read, in the order of {@link #leaves()}
   * @param origins the line that made each entry
   */
  public record Captured(Graph graph, List<Storage> leaves, List<Origin> origins) {}

  /** A stored value that a computation replaces. */
  public record Assignment(Storage target, Value value) {}

  /** The graph behind some values. Nodes already computed become leaves. */
  public static Captured capture(List<Value> outputs, List<Assignment> assignments) {
    return new Capture(false).run(outputs, assignments);
  }

  /**
   * The same with the numbers of expressions as leaves, so that {@code 0.1 * x} and {@code 0.2 * x}
   * have one structure, and a loop whose step size changes has one plan. Numbers that rules look
   * for, as 1 and 2, stay.
   */
  public static Captured captureOpen(List<Value> outputs, List<Assignment> assignments) {
    return new Capture(true).run(outputs, assignments);
  }

  private static final class Capture {
    private static final double MOST_KEPT = 16;

    private final boolean open;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Storage> leaves = new ArrayList<>();
    private final List<Origin> origins = new ArrayList<>();
    private final Map<Node, Integer> numbers = new HashMap<>();
    private final Map<Value, Integer> computed = new HashMap<>();
    private final Map<Long, Integer> leafEntries = new HashMap<>();

    Capture(boolean open) {
      this.open = open;
    }

    Captured run(List<Value> outputs, List<Assignment> assignments) {
      List<Ref> refs = outputs.stream().map(this::visit).toList();
      List<Ref> values = assignments.stream().map(a -> visit(a.value())).toList();
      List<Update> updates = new ArrayList<>();
      Set<Long> targets = new HashSet<>();
      for (int i = 0; i < values.size(); i++) {
        Storage target = assignments.get(i).target();
        requireFits(assignments.get(i), targets.add(target.id()));
        updates.add(new Update(leaf(target, Origin.NONE), values.get(i)));
      }
      return new Captured(
          new Graph(entries, refs, updates), List.copyOf(leaves), List.copyOf(origins));
    }

    private static void requireFits(Assignment assignment, boolean first) {
      TensorType target = assignment.target().type();
      if (!assignment.value().type().equals(target)) {
        throw new ShapeException(
            "an update of type " + assignment.value().type() + " for stored data of type " + target,
            "Reshape or cast the new value to " + target + ".");
      }
      if (!first) {
        throw new SettingException(
            "stored data of type " + target + " get two new values in one step",
            "Combine them into one update.");
      }
    }

    private Ref visit(Value value) {
      for (Node node :
          Order.of(List.of(value), n -> numbers.containsKey(n) || n.computed().isPresent())) {
        numbers.put(node, add(node));
      }
      return ref(value);
    }

    private int add(Node node) {
      if (node.storage().isPresent()) {
        node.requireCurrent();
        return leaf(node.storage().get(), node.origin());
      }
      node.requireData();
      if (open && node.op() instanceof Leaf.Fill fill && !isKept(fill)) {
        return number(fill, node);
      }
      return add(node.op(), node.inputs().stream().map(this::ref).toList(), node);
    }

    private int add(Op op, List<Ref> inputs, Node node) {
      origins.add(node.origin());
      entries.add(new Entry(op, inputs, node.types()));
      return entries.size() - 1;
    }

    /** Small whole numbers and their halves, infinities and NaN, of which there are few. */
    private static boolean isKept(Leaf.Fill fill) {
      double twice = 2 * fill.value();
      return fill.type().dtype() == DType.BOOL
          || !(Math.abs(twice) < Double.POSITIVE_INFINITY)
          || (twice == Math.rint(twice) && Math.abs(twice) <= 2 * MOST_KEPT);
    }

    private int number(Leaf.Fill fill, Node node) {
      Storage storage = Storage.zeros(fill.type().as(Shape.SCALAR));
      HostMemory.set(storage.host(), fill.type().dtype(), 0, fill.value());
      int leaf = leaf(storage, node.origin());
      if (fill.type().shape().rank() == 0) {
        return leaf;
      }
      View repeated = new View.Broadcast(fill.type().shape(), List.of());
      return add(repeated, List.of(new Ref(leaf, 0)), node);
    }

    private Ref ref(Value value) {
      Integer number = numbers.get(value.node());
      if (number != null) {
        return new Ref(number, value.output());
      }
      return new Ref(computed.computeIfAbsent(value, this::computedLeaf), 0);
    }

    private int computedLeaf(Value value) {
      Storage result = value.node().computed().orElseThrow().get(value.output());
      return leaf(result, value.node().origin());
    }

    private int leaf(Storage storage, Origin origin) {
      return leafEntries.computeIfAbsent(
          storage.id(),
          id -> {
            entries.add(
                new Entry(new Leaf.Read(storage.type()), List.of(), List.of(storage.type())));
            leaves.add(storage);
            origins.add(origin);
            return entries.size() - 1;
          });
    }
  }
}

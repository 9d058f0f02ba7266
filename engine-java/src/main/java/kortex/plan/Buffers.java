package kortex.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import kortex.graph.Graph;
import kortex.graph.Graph.Ref;
import kortex.op.Leaf;
import kortex.tensor.TensorType;

/** The buffers of a plan to be, by id, before they have a place: leaves first, then the others. */
final class Buffers {
  private final Graph graph;
  private final List<TensorType> types = new ArrayList<>();
  private final int leaves;
  private final Map<Ref, Integer> idOf = new LinkedHashMap<>();

  /** Buffers that are views of another buffer. */
  private final Map<Integer, Integer> viewOf = new HashMap<>();

  Buffers(Graph graph) {
    this.graph = graph;
    for (int leaf : graph.leaves()) {
      of(new Ref(leaf, 0));
    }
    this.leaves = types.size();
  }

  /** A buffer for a value that is in no graph. */
  int fresh(TensorType type) {
    types.add(type);
    return types.size() - 1;
  }

  /** The buffer whose memory a value is in; it may have another shape. */
  int of(Ref ref) {
    Ref memory = Access.resolve(graph, ref);
    Integer known = idOf.get(memory);
    if (known == null) {
      known = fresh(graph.type(memory));
      idOf.put(memory, known);
    }
    return known;
  }

  /** The buffer of a value in the value's own shape. */
  int shaped(Ref ref) {
    int memory = of(ref);
    if (types.get(memory).equals(graph.type(ref))) {
      return memory;
    }
    int view = fresh(graph.type(ref));
    viewOf.put(view, memory);
    return view;
  }

  /** Whether a value is in the memory of a leaf. */
  boolean isLeaf(Ref ref) {
    return graph.entry(Access.resolve(graph, ref)).op() instanceof Leaf.Read;
  }

  TensorType type(int id) {
    return types.get(id);
  }

  /** The buffer that a buffer is a view of, or itself. */
  int memory(int id) {
    return viewOf.getOrDefault(id, id);
  }

  /** The number of the leaf that a buffer is in, if it is in one. */
  OptionalInt leaf(int id) {
    int memory = memory(id);
    return memory < leaves ? OptionalInt.of(memory) : OptionalInt.empty();
  }

  /** Puts a buffer into the memory of another. */
  void share(int id, int memory) {
    viewOf.replaceAll((view, of) -> of == id ? memory : of);
    viewOf.put(id, memory);
  }

  /** Makes views of some buffers views of others. */
  void move(Map<Integer, Integer> moved) {
    viewOf.replaceAll((view, memory) -> moved.getOrDefault(memory, memory));
  }

  /** The entry whose value each buffer holds first, by id. */
  Map<Integer, Integer> entries() {
    Map<Integer, Integer> out = new HashMap<>();
    idOf.forEach((ref, id) -> out.put(id, ref.entry()));
    return out;
  }
}

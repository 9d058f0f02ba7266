package kortex.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Index;
import kortex.op.Leaf;
import kortex.op.Region;
import kortex.op.View;
import kortex.tensor.Shape;

/**
 * How a group reads values: each axis of a value follows one axis of the iteration space, or none.
 * A map is the list of those axes, −1 for none; views only change the map.
 */
final class Access {
  private final Graph graph;
  private final Set<Ref> buffers;

  Access(Graph graph, Set<Ref> buffers) {
    this.graph = graph;
    this.buffers = buffers;
  }

  /** The value whose memory a value shares: itself, or what its reshapes view. */
  static Ref resolve(Graph graph, Ref ref) {
    Ref current = ref;
    while (graph.entry(current).op() instanceof View.Reshape
        || graph.entry(current).op() instanceof Region.After) {
      current = graph.entry(current).inputs().getFirst();
    }
    return current;
  }

  /** Whether a value is read from memory rather than computed in the group. */
  boolean inMemory(Ref ref) {
    Entry entry = graph.entry(ref);
    if (entry.op() instanceof View.Reshape) {
      return !unitOnly(entry);
    }
    return entry.op() instanceof Leaf.Read
        || entry.op() instanceof Region.After
        || buffers.contains(ref);
  }

  private boolean unitOnly(Entry entry) {
    Shape from = graph.type(entry.inputs().getFirst()).shape();
    return from.withoutUnits().equals(entry.types().getFirst().shape().withoutUnits());
  }

  /** The map of a view's input, given the map of the view. */
  List<Integer> through(Entry entry, List<Integer> map) {
    Shape from = graph.type(entry.inputs().getFirst()).shape();
    Integer[] out = new Integer[from.rank()];
    Arrays.fill(out, -1);
    switch ((View) entry.op()) {
      case View.Broadcast view -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = from.extent(i) == 1 ? -1 : map.get(view.axes().get(i));
        }
      }
      case View.Permute view -> {
        for (int i = 0; i < out.length; i++) {
          out[view.order().get(i)] = map.get(i);
        }
      }
      case View.Reshape view -> {
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < view.shape().rank(); i++) {
          if (view.shape().extent(i) != 1) {
            kept.add(map.get(i));
          }
        }
        int next = 0;
        for (int i = 0; i < out.length; i++) {
          out[i] = from.extent(i) == 1 ? -1 : kept.get(next++);
        }
      }
    }
    return List.of(out);
  }

  /** The stride of each axis of the iteration space, for a dense value of {@code shape}. */
  static List<Long> strides(Shape shape, List<Integer> map, int rank) {
    Long[] out = new Long[rank];
    Arrays.fill(out, 0L);
    long[] dense = shape.strides();
    for (int i = 0; i < dense.length; i++) {
      if (map.get(i) >= 0 && shape.extent(i) != 1) {
        out[map.get(i)] += dense[i];
      }
    }
    return List.of(out);
  }

  /** Adds the strides of everything that is read to compute {@code ref}. */
  void collect(Ref ref, List<Integer> map, int rank, Set<List<Long>> strides) {
    Set<List<Object>> seen = new HashSet<>();
    List<List<Object>> work = new ArrayList<>();
    work.add(List.of(ref, map));
    while (!work.isEmpty()) {
      List<Object> next = work.removeLast();
      if (seen.add(next)) {
        visit((Ref) next.get(0), axes(next.get(1)), rank, strides, work);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Integer> axes(Object map) {
    return (List<Integer>) map;
  }

  private void visit(
      Ref ref, List<Integer> map, int rank, Set<List<Long>> strides, List<List<Object>> work) {
    Entry entry = graph.entry(ref);
    Shape shape = graph.type(ref).shape();
    if (inMemory(ref)) {
      strides.add(strides(shape, map, rank));
      return;
    }
    if (entry.op() instanceof kortex.op.Random) {
      strides.add(strides(shape, map, rank));
    }
    if (entry.op() instanceof Index.Iota iota) {
      strides.add(along(iota, map, rank));
    }
    for (Ref input : entry.inputs()) {
      work.add(List.of(input, inputMap(entry, input, map)));
    }
  }

  /** The map of an input of an entry computed in the group. */
  List<Integer> inputMap(Entry entry, Ref input, List<Integer> map) {
    if (entry.op() instanceof View) {
      return through(entry, map);
    }
    return graph.type(input).shape().rank() == 0 ? List.of() : map;
  }

  /** The strides of a position along one axis. */
  static List<Long> along(Index.Iota iota, List<Integer> map, int rank) {
    Long[] out = new Long[rank];
    Arrays.fill(out, 0L);
    if (map.get(iota.axis()) >= 0) {
      out[map.get(iota.axis())] = 1L;
    }
    return List.of(out);
  }
}

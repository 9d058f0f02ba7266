package kortex.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import kortex.graph.Graph;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Index;
import kortex.op.Join;
import kortex.op.Leaf;
import kortex.op.Reduce;
import kortex.op.Region;
import kortex.op.View;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * How a group reads values: where the current point of the iteration space is along each of their
 * axes. Views and margins only change these coordinates.
 */
final class Access {
  /** A loop for each makes kernels longer. */
  private static final int MOST_STRETCHES = 6;

  private final Graph graph;
  private final Predicate<Ref> buffers;

  /** The points on padded axes that were collected. */
  private final Set<Coordinate.Padded> padded = new LinkedHashSet<>();

  /** Reads the values that {@code buffers} says are in memory; computes the others. */
  Access(Graph graph, Predicate<Ref> buffers) {
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
      TensorType from = graph.type(entry.inputs().getFirst());
      return !View.Reshape.movesUnitsOnly(from, entry.types().getFirst());
    }
    return entry.op() instanceof Leaf.Read
        || entry.op() instanceof Region.After
        || buffers.test(ref);
  }

  /** The coordinates in a view's input, given those in the view. */
  private List<Coordinate> through(Entry entry, List<Coordinate> map) {
    Shape from = graph.type(entry.inputs().getFirst()).shape();
    Coordinate[] out = new Coordinate[from.rank()];
    Arrays.fill(out, Coordinate.ONLY);
    switch ((View) entry.op()) {
      case View.Broadcast view -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = from.extent(i) == 1 ? Coordinate.ONLY : map.get(view.axes().get(i));
        }
      }
      case View.Permute view -> {
        for (int i = 0; i < out.length; i++) {
          out[view.order().get(i)] = map.get(i);
        }
      }
      case View.Slice view -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = map.get(i).of(view.ranges().get(i));
        }
      }
      case View.Reshape view -> {
        List<Coordinate> kept = new ArrayList<>();
        for (int i = 0; i < view.shape().rank(); i++) {
          if (view.shape().extent(i) != 1) {
            kept.add(map.get(i));
          }
        }
        int next = 0;
        for (int i = 0; i < out.length; i++) {
          out[i] = from.extent(i) == 1 ? Coordinate.ONLY : kept.get(next++);
        }
      }
    }
    return List.of(out);
  }

  private List<Coordinate> through(Join.Pad pad, Shape from, List<Coordinate> map) {
    List<Coordinate> out = new ArrayList<>();
    for (int i = 0; i < from.rank(); i++) {
      out.add(map.get(i).inside(pad.margins().get(i), from.extent(i)));
    }
    return List.copyOf(out);
  }

  /** A value and the coordinates it is computed at. */
  private record Place(Ref ref, List<Coordinate> map) {}

  /** Adds the strides of everything that is read to compute {@code ref}. */
  void collect(Ref ref, List<Coordinate> map, int rank, Set<List<Long>> strides) {
    Set<Place> seen = new HashSet<>();
    List<Place> work = new ArrayList<>();
    work.add(new Place(ref, map));
    while (!work.isEmpty()) {
      Place next = work.removeLast();
      if (seen.add(next)) {
        visit(next.ref(), next.map(), rank, strides, work);
      }
    }
  }

  private void visit(
      Ref ref, List<Coordinate> map, int rank, Set<List<Long>> strides, List<Place> work) {
    Entry entry = graph.entry(ref);
    Shape shape = graph.type(ref).shape();
    if (inMemory(ref)) {
      strides.add(Affine.of(shape, map, rank).strides());
      return;
    }
    if (entry.op() instanceof Reduce) {
      // The group reduces it itself; what it reads is collected for its own sake.
      return;
    }
    if (entry.op() instanceof Index.Position) {
      strides.add(Affine.of(shape, map, rank).strides());
    }
    if (entry.op() instanceof Index.Iota iota) {
      strides.add(Affine.of(map.get(iota.axis()), rank).strides());
    }
    if (entry.op() instanceof Join.Pad pad) {
      pads(pad, graph.type(entry.inputs().getFirst()).shape(), map, rank, strides);
    }
    if (entry.op() instanceof Index.Take) {
      Ref x = entry.inputs().get(0);
      Ref index = entry.inputs().get(1);
      strides.add(Affine.of(graph.type(x).shape(), rows(index, map), rank).strides());
      work.add(new Place(index, map.subList(0, graph.type(index).shape().rank())));
      return;
    }
    for (Ref input : entry.inputs()) {
      work.add(new Place(input, inputMap(entry, input, map)));
    }
  }

  /** An axis whose counter tells where a margin ends cannot be merged with another. */
  private void pads(
      Join.Pad pad, Shape from, List<Coordinate> map, int rank, Set<List<Long>> strides) {
    for (Coordinate inside : through(pad, from, map)) {
      if (inside.origin() instanceof Coordinate.Padded point) {
        padded.add(point);
        inside
            .axis()
            .ifPresent(axis -> strides.add(Affine.of(Coordinate.along(axis), rank).strides()));
      }
    }
  }

  /**
   * The stretches of an axis in which every point that it moves on a padded axis stays on elements
   * or stays off them; one stretch when there would be too many.
   */
  List<Coordinate.Stretch> stretches(int axis, long extent) {
    TreeSet<Long> cuts = new TreeSet<>(List.of(0L, extent));
    for (Coordinate.Padded point : padded) {
      if (point.point().axis().equals(OptionalInt.of(axis))) {
        point.elements().ifPresent(s -> cuts.addAll(List.of(s.from(), s.to())));
      }
    }
    List<Long> inside = List.copyOf(cuts.subSet(0L, true, extent, true));
    if (extent == 0 || inside.size() - 1 > MOST_STRETCHES) {
      return List.of(new Coordinate.Stretch(0, extent));
    }
    List<Coordinate.Stretch> out = new ArrayList<>();
    for (int i = 0; i + 1 < inside.size(); i++) {
      out.add(new Coordinate.Stretch(inside.get(i), inside.get(i + 1)));
    }
    return out;
  }

  /** The coordinates in an input of an entry computed in the group. */
  List<Coordinate> inputMap(Entry entry, Ref input, List<Coordinate> map) {
    if (entry.op() instanceof View) {
      return through(entry, map);
    }
    Shape from = graph.type(input).shape();
    if (entry.op() instanceof Join.Pad pad) {
      return through(pad, from, map);
    }
    return from.rank() == 0 ? List.of() : map;
  }

  /** The coordinates in what rows are taken from: which row depends on no axis. */
  List<Coordinate> rows(Ref index, List<Coordinate> map) {
    List<Coordinate> out = new ArrayList<>(List.of(Coordinate.ONLY));
    out.addAll(map.subList(graph.type(index).shape().rank(), map.size()));
    return List.copyOf(out);
  }
}

package kortex.rewrite;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Local rewrites of views of views. */
final class ViewRules {
  private ViewRules() {}

  /** The simpler view, or empty when no rule fits. */
  static Optional<Ref> apply(Simplify g, View op, Ref x) {
    return switch (op) {
      case View.Reshape reshape -> reshape(g, reshape, x);
      case View.Permute permute -> permute(g, permute, x);
      case View.Slice slice -> SliceRules.slice(g, slice, x);
      case View.Broadcast broadcast -> broadcast(g, broadcast, x);
    };
  }

  private static Optional<Ref> reshape(Simplify g, View.Reshape op, Ref x) {
    if (g.type(x).shape().equals(op.shape())) {
      return Optional.of(x);
    }
    Entry inner = g.entry(x);
    return inner.op() instanceof View.Reshape
        ? Optional.of(g.reshape(inner.inputs().getFirst(), op.shape()))
        : Optional.empty();
  }

  /** A broadcast of a broadcast, or of a value that was given axes of extent 1 for it. */
  private static Optional<Ref> broadcast(Simplify g, View.Broadcast op, Ref x) {
    if (g.type(x).shape().equals(op.shape())) {
      return Optional.of(x);
    }
    Entry inner = g.entry(x);
    if (inner.op() instanceof View.Broadcast first) {
      List<Integer> axes = first.axes().stream().map(op.axes()::get).toList();
      return Optional.of(g.broadcast(inner.inputs().getFirst(), op.shape(), axes));
    }
    if (!(inner.op() instanceof View.Reshape)) {
      return Optional.empty();
    }
    Ref before = inner.inputs().getFirst();
    Shape shape = g.type(x).shape();
    if (!g.type(before).shape().equals(shape.withoutUnits())) {
      return Optional.empty();
    }
    List<Integer> axes =
        Axis.range(0, shape.rank()).stream()
            .filter(axis -> shape.extent(axis) != 1)
            .map(op.axes()::get)
            .toList();
    return Optional.of(g.broadcast(before, op.shape(), axes));
  }

  private static Optional<Ref> permute(Simplify g, View.Permute op, Ref x) {
    if (op.order().equals(Axis.range(0, op.order().size()))) {
      return Optional.of(x);
    }
    TensorType type = g.type(x);
    if (movesUnitsOnly(op, type.shape())) {
      return Optional.of(g.reshape(x, op.infer(List.of(type)).getFirst().shape()));
    }
    Entry inner = g.entry(x);
    Ref before = inner.inputs().isEmpty() ? x : inner.inputs().getFirst();
    if (inner.op() instanceof View.Permute first) {
      List<Integer> order = op.order().stream().map(first.order()::get).toList();
      return Optional.of(g.one(new View.Permute(order), List.of(before)));
    }
    return inner.op() instanceof View.Broadcast repeated
        ? Optional.of(repeated(g, op, repeated, before))
        : Optional.empty();
  }

  private static boolean movesUnitsOnly(View.Permute op, Shape shape) {
    List<Integer> moved = op.order().stream().filter(axis -> shape.extent(axis) != 1).toList();
    return moved.equals(moved.stream().sorted().toList());
  }

  /** A permuted broadcast of {@code x}, as a broadcast of what is smaller to permute. */
  private static Ref repeated(Simplify g, View.Permute op, View.Broadcast repeated, Ref x) {
    List<Integer> places = repeated.axes().stream().map(op.order()::indexOf).toList();
    List<Integer> order =
        Axis.range(0, places.size()).stream().sorted(Comparator.comparing(places::get)).toList();
    Shape shape = Shape.of(op.order().stream().map(repeated.shape()::extent).toList());
    Ref moved = g.one(new View.Permute(order), List.of(x));
    return g.broadcast(moved, shape, places.stream().sorted().toList());
  }
}

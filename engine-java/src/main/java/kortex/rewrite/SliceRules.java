package kortex.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.graph.Graph.Entry;
import kortex.graph.Graph.Ref;
import kortex.op.Binary;
import kortex.op.Join;
import kortex.op.Leaf;
import kortex.op.Op;
import kortex.op.View;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Local rewrites of slices, padding and concatenations. */
final class SliceRules {
  /** How deep in a sum a neighbour is looked for. */
  private static final int DEEPEST = 8;

  private SliceRules() {}

  /** A slice of everything, of a slice, of padding, or of one part of a concatenation. */
  static Optional<Ref> slice(Simplify g, View.Slice op, Ref x) {
    if (op.ranges().equals(View.Range.all(g.type(x).shape()))) {
      return Optional.of(x);
    }
    Entry inner = g.entry(x);
    return switch (inner.op()) {
      case View.Slice first ->
          Optional.of(g.slice(inner.inputs().getFirst(), take(first.ranges(), op.ranges())));
      case Join.Pad pad -> content(g, pad, inner.inputs().getFirst(), op.ranges());
      case Join.Concat concat -> part(g, concat, inner.inputs(), op.ranges());
      default -> Optional.empty();
    };
  }

  private static List<View.Range> take(List<View.Range> outer, List<View.Range> inner) {
    List<View.Range> out = new ArrayList<>();
    for (int i = 0; i < outer.size(); i++) {
      out.add(outer.get(i).take(inner.get(i)));
    }
    return out;
  }

  /** What a slice of a padded value takes, where that is elements only. */
  private static Optional<Ref> content(Simplify g, Join.Pad pad, Ref x, List<View.Range> ranges) {
    List<View.Range> out = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      View.Range r = ranges.get(i);
      long low = pad.margins().get(i).low();
      long step = pad.margins().get(i).interior() + 1;
      long extent = g.type(x).shape().extent(i);
      boolean some = r.size() > 0 && r.lowest() >= low;
      boolean elements = some && Math.max(r.begin(), r.last()) - low <= (extent - 1) * step;
      boolean aligned = (r.begin() - low) % step == 0 && (r.size() == 1 || r.step() % step == 0);
      if (!elements || !aligned) {
        return Optional.empty();
      }
      out.add(new View.Range((r.begin() - low) / step, r.size(), r.step() / step));
    }
    return Optional.of(g.slice(x, out));
  }

  /** The part that a slice of a concatenation takes, where it is one. */
  private static Optional<Ref> part(
      Simplify g, Join.Concat concat, List<Ref> parts, List<View.Range> ranges) {
    View.Range r = ranges.get(concat.axis());
    long begin = 0;
    for (Ref part : parts) {
      long extent = g.type(part).shape().extent(concat.axis());
      if (r.size() > 0 && r.lowest() >= begin && Math.max(r.begin(), r.last()) < begin + extent) {
        List<View.Range> out = new ArrayList<>(ranges);
        out.set(concat.axis(), new View.Range(r.begin() - begin, r.size(), r.step()));
        return Optional.of(g.slice(part, out));
      }
      begin += extent;
    }
    return Optional.empty();
  }

  /** Padding that pads nothing, of a constant, or of padding with the same constant. */
  static Optional<Ref> pad(Simplify g, Join.Pad op, Ref x) {
    Shape shape = g.type(x).shape();
    Shape result = op.infer(List.of(g.type(x))).getFirst().shape();
    if (result.equals(shape)) {
      return Optional.of(x);
    }
    Entry inner = g.entry(x);
    boolean constant = inner.op() instanceof Leaf.Fill fill && equal(fill.value(), op.value());
    if (constant || shape.size() == 0) {
      return Optional.of(g.fill(g.type(x).as(result), op.value()));
    }
    if (inner.op() instanceof Join.Pad first && equal(first.value(), op.value())) {
      List<Join.Margin> margins = new ArrayList<>();
      for (int i = 0; i < op.margins().size(); i++) {
        Join.Margin a = first.margins().get(i);
        Join.Margin b = op.margins().get(i);
        if (b.interior() > 0) {
          return Optional.empty();
        }
        margins.add(new Join.Margin(a.low() + b.low(), a.high() + b.high(), a.interior()));
      }
      return Optional.of(g.pad(inner.inputs().getFirst(), margins, op.value()));
    }
    return Optional.empty();
  }

  /** A concatenation without empty parts, and without concatenations as parts. */
  static Optional<Ref> concat(Simplify g, Join.Concat op, List<Ref> parts) {
    List<Ref> flat = new ArrayList<>();
    for (Ref part : parts) {
      if (g.entry(part).op().equals(op)) {
        flat.addAll(g.entry(part).inputs());
      } else if (g.type(part).shape().extent(op.axis()) > 0) {
        flat.add(part);
      }
    }
    if (flat.isEmpty()) {
      return Optional.of(parts.getFirst());
    }
    Op first = g.entry(flat.getFirst()).op();
    if (first instanceof Leaf.Fill fill
        && flat.stream().allMatch(p -> same(fill, g.entry(p).op()))) {
      List<TensorType> types = parts.stream().map(g::type).toList();
      return Optional.of(g.fill(op.infer(types).getFirst(), fill.value()));
    }
    return flat.equals(parts) && parts.size() > 1
        ? Optional.empty()
        : Optional.of(g.concat(flat, op.axis()));
  }

  private static boolean same(Leaf.Fill fill, Op op) {
    return op instanceof Leaf.Fill other && equal(other.value(), fill.value());
  }

  /** The same number, and the same zero. */
  private static boolean equal(double a, double b) {
    return Double.compare(a, b) == 0;
  }

  /**
   * The sum of two values padded with zeros that stand one behind the other: the gradient of
   * something that was split. One padded concatenation instead, however many there are, and in
   * whatever order they are added up.
   */
  static Optional<Ref> sum(Simplify g, Ref a, Ref b) {
    if (isZeroPad(g, b)) {
      return into(g, a, b, DEEPEST);
    }
    return isZeroPad(g, a) ? into(g, b, a, DEEPEST) : Optional.empty();
  }

  private static boolean isZeroPad(Simplify g, Ref x) {
    return g.entry(x).op() instanceof Join.Pad pad && pad.value() == 0;
  }

  /** A sum, or one padded value, and a padded value that stands beside one of its addends. */
  private static Optional<Ref> into(Simplify g, Ref sum, Ref pad, int depth) {
    Entry entry = g.entry(sum);
    if (isZeroPad(g, sum)) {
      return beside(g, sum, pad);
    }
    if (!(entry.op() instanceof Binary.Add) || depth == 0) {
      return Optional.empty();
    }
    Ref left = entry.inputs().get(0);
    Ref right = entry.inputs().get(1);
    return into(g, left, pad, depth - 1)
        .map(joined -> g.add(joined, right))
        .or(() -> into(g, right, pad, depth - 1).map(joined -> g.add(left, joined)));
  }

  private static Optional<Ref> beside(Simplify g, Ref a, Ref b) {
    Join.Pad p = (Join.Pad) g.entry(a).op();
    Join.Pad q = (Join.Pad) g.entry(b).op();
    Ref x = g.entry(a).inputs().getFirst();
    Ref y = g.entry(b).inputs().getFirst();
    int axis = onlyDifference(p.margins(), q.margins());
    if (axis < 0
        || !g.type(x).shape().with(axis, 0).equals(g.type(y).shape().with(axis, 0))
        || p.margins().get(axis).interior() + q.margins().get(axis).interior() > 0) {
      return Optional.empty();
    }
    long endX = p.margins().get(axis).low() + g.type(x).shape().extent(axis);
    long endY = q.margins().get(axis).low() + g.type(y).shape().extent(axis);
    if (endX == q.margins().get(axis).low()) {
      return Optional.of(join(g, x, p, y, q, axis));
    }
    return endY == p.margins().get(axis).low()
        ? Optional.of(join(g, y, q, x, p, axis))
        : Optional.empty();
  }

  private static Ref join(Simplify g, Ref x, Join.Pad p, Ref y, Join.Pad q, int axis) {
    List<Join.Margin> margins = new ArrayList<>(p.margins());
    margins.set(
        axis, new Join.Margin(p.margins().get(axis).low(), q.margins().get(axis).high(), 0));
    return g.pad(g.concat(List.of(x, y), axis), margins, 0);
  }

  /** The one axis whose margins differ, or −1. */
  private static int onlyDifference(List<Join.Margin> a, List<Join.Margin> b) {
    int found = -1;
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).equals(b.get(i))) {
        if (found >= 0) {
          return -1;
        }
        found = i;
      }
    }
    return found;
  }
}

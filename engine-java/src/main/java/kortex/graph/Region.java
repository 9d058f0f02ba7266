package kortex.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kortex.op.Join.Margin;
import kortex.op.View.Range;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * The part of a tensor that some slices name.
 *
 * @param ranges the positions along each axis of the tensor
 * @param shape the shape of the part: without axes of one position, and with new ones
 */
record Region(List<Range> ranges, Shape shape) {

  /** The part of a tensor of a type; throws {@link ShapeException} when it has no such part. */
  static Region of(TensorType type, Slice... slices) {
    List<Slice> full = expand(type, slices);
    List<Range> ranges = new ArrayList<>();
    List<Long> extents = new ArrayList<>();
    for (Slice slice : full) {
      int axis = ranges.size();
      switch (slice) {
        case Slice.At s -> ranges.add(at(type, axis, s.position()));
        case Slice.Between s -> {
          ranges.add(between(type.shape().extent(axis), s));
          extents.add(ranges.getLast().size());
        }
        case Slice.NewAxis s -> extents.add(1L);
        case Slice.Ellipsis s -> throw new IllegalStateException("an ellipsis is left");
      }
    }
    return new Region(List.copyOf(ranges), Shape.of(extents));
  }

  /** The slices of all axes: the ellipsis, or else the end, stands for those not named. */
  private static List<Slice> expand(TensorType type, Slice... slices) {
    int rank = type.shape().rank();
    long ellipses = Arrays.stream(slices).filter(s -> s instanceof Slice.Ellipsis).count();
    long named =
        Arrays.stream(slices)
            .filter(s -> s instanceof Slice.At || s instanceof Slice.Between)
            .count();
    if (ellipses > 1) {
      throw new ShapeException(
          "an index has " + ellipses + " ellipses", "Use one, and name the other axes one by one.");
    }
    if (named > rank) {
      throw new ShapeException(
          "an index of " + named + " axes for " + type + ", which has " + rank,
          rank == 0 ? "A scalar has no axes." : "Name at most " + rank + " axes.");
    }
    List<Slice> rest = java.util.Collections.nCopies(rank - (int) named, Slice.all());
    List<Slice> out = new ArrayList<>();
    for (Slice slice : slices) {
      if (slice instanceof Slice.Ellipsis) {
        out.addAll(rest);
      } else {
        out.add(slice);
      }
    }
    if (ellipses == 0) {
      out.addAll(rest);
    }
    return out;
  }

  private static Range at(TensorType type, int axis, long position) {
    long extent = type.shape().extent(axis);
    if (position < -extent || position >= extent) {
      throw new ShapeException(
          "position " + position + " is outside of axis " + axis + " of " + type,
          extent == 0
              ? "The axis is empty."
              : "Use a position from " + -extent + " to " + (extent - 1) + ".");
    }
    return new Range(position < 0 ? position + extent : position, 1, 1);
  }

  private static Range between(long extent, Slice.Between s) {
    boolean forwards = s.step() > 0;
    long first = forwards ? 0 : -1;
    long begin = clamp(s.begin().orElse(forwards ? 0 : extent - 1), extent, first);
    long end =
        s.end().isPresent() ? clamp(s.end().getAsLong(), extent, first) : forwards ? extent : -1;
    long span = forwards ? end - begin : begin - end;
    long size = span <= 0 ? 0 : (span - 1) / Math.abs(s.step()) + 1;
    return new Range(begin, size, s.step());
  }

  /** A position counted from the front, on the axis or just outside of it. */
  private static long clamp(long position, long extent, long first) {
    long front = position < 0 ? position + extent : position;
    return Math.max(first, Math.min(front, first + extent));
  }

  /** The shape of the part with an axis for every axis of the tensor. */
  Shape full() {
    return Shape.of(ranges.stream().map(Range::size).toList());
  }

  /** The part of {@code x}. */
  Tensor of(Tensor x) {
    GraphEmit emit = GraphEmit.INSTANCE;
    return Tensor.of(emit.reshape(emit.slice(x.value(), ranges), shape));
  }

  /** {@code part}, of this region's shape, at its place among copies of {@code around}. */
  Tensor place(Tensor part, double around, TensorType whole) {
    GraphEmit emit = GraphEmit.INSTANCE;
    List<Range> forwards = new ArrayList<>();
    List<Margin> margins = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      Range r = ranges.get(i);
      forwards.add(r.step() > 0 ? Range.all(r.size()) : new Range(r.size() - 1, r.size(), -1));
      margins.add(Margin.around(r, whole.shape().extent(i)));
    }
    Value full = emit.reshape(part.value(), full());
    return Tensor.of(emit.pad(emit.slice(full, forwards), margins, around));
  }
}

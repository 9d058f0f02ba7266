package kortex.graph;

import java.lang.foreign.MemorySegment;
import kortex.op.Index;
import kortex.op.Scatter;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Brings every kind of indexing to rows by position. Positions are i64 and in range: checked by
 * {@link #bounded}, or so by how they were made.
 */
final class Positions {
  private static final GraphEmit EMIT = GraphEmit.INSTANCE;

  private Positions() {}

  /** A vector of known positions. */
  static Tensor of(long[] positions) {
    TensorType type = new TensorType(DType.I64, Shape.of(positions.length));
    return Tensor.constant(Storage.of(type, MemorySegment.ofArray(positions)));
  }

  /** An index of an axis, checked when it runs. */
  static Tensor bounded(Tensor index, Tensor x, int axis) {
    return index.apply(
        new Index.Bounded(
            x.shape().extent(axis), true, "index", "axis " + axis + " of " + x.type()));
  }

  /** {@code [a.., n, b..]} at positions along the axis of n: {@code [a.., position.., b..]}. */
  static Tensor taken(Tensor x, Tensor position, int axis) {
    Shape outer = x.shape().take(axis);
    Shape inner = x.shape().drop(axis + 1);
    long n = x.shape().extent(axis);
    Tensor rows = x.reshape(inner.prepend(outer.size() * n).toArray());
    Tensor row = position;
    if (outer.size() != 1) {
      Tensor each = position.broadcastTo(position.shape().prepend(outer.size()));
      row = Tensor.of(Index.ofMember(EMIT, each.value(), n));
    }
    Shape out = Index.joined(outer, Index.joined(position.shape(), inner));
    return rows.apply(new Index.Take(), row).reshape(out.toArray());
  }

  /** One element for each position along an axis; the other axes broadcast. */
  static Tensor takenAlong(Tensor x, Tensor position, int axis) {
    requireRank(x, position);
    Shape mine = x.shape().with(axis, 1).broadcast(position.shape().with(axis, 1));
    long n = x.shape().extent(axis);
    Tensor all = x.broadcastTo(mine.with(axis, n));
    Tensor at = position.broadcastTo(mine.with(axis, position.shape().extent(axis)));
    return all.reshape(-1).apply(new Index.Take(), inRowMajorOrder(at, n, axis));
  }

  /** Where in row-major order an index along an axis of {@code x} puts things. */
  static Tensor scattered(Tensor index, Tensor x, int axis) {
    requireRank(x, index);
    Tensor position = bounded(index, x, axis);
    Tensor all = position.broadcastTo(x.shape().with(axis, index.shape().extent(axis)));
    return inRowMajorOrder(all, x.shape().extent(axis), axis);
  }

  private static Tensor inRowMajorOrder(Tensor position, long n, int axis) {
    return Tensor.of(Index.along(EMIT, position.value(), n, axis));
  }

  private static void requireRank(Tensor x, Tensor index) {
    if (x.shape().rank() != index.shape().rank()) {
      throw new ShapeException(
          "an index " + index.type() + " along one axis does not fit " + x.type(),
          "Give the index as many axes, or use take.");
    }
  }

  /** Updates in the shape of what they update. */
  static Tensor updates(Tensor updates, Tensor x, Shape shape) {
    if (updates.dtype() != x.dtype()) {
      throw new DTypeException(
          "cannot put " + updates.type() + " into " + x.type(),
          "Cast the updates: updates.cast(" + x.dtype() + ").");
    }
    return updates.broadcastTo(shape);
  }

  /** Rows replaced by updates; the last update of a row stays. */
  static Tensor put(Tensor rows, Tensor position, Tensor updates) {
    long count = position.type().size();
    if (count == 0) {
      return rows;
    }
    Shape rest = rows.shape().drop(1);
    Tensor number = Tensor.iota(new TensorType(DType.I64, Shape.of(count)), 0);
    Tensor last =
        position.reshape(-1).apply(new Scatter.ScatterMax(rows.shape().extent(0)), number);
    Tensor none = Tensor.full(last.type(), 0);
    Tensor candidates = updates.reshape(rest.prepend(count).toArray());
    Tensor chosen = candidates.apply(new Index.Take(), last.max(none));
    Tensor written = Tensor.of(beside(none.lessOrEqual(last), rows.shape()));
    return written.select(chosen, rows);
  }

  /** A value for each row, repeated along the row. */
  private static Value beside(Tensor perRow, Shape rows) {
    return EMIT.broadcast(perRow.value(), rows, java.util.List.of(0));
  }
}

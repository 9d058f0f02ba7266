package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.DataException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Positions as values, and values by position. Positions are i64. {@link Take} and {@link
 * Scatter.ScatterAdd} are each other's gradient and trust their positions; {@link Bounded} makes
 * positions that can be trusted.
 */
public sealed interface Index extends Op
    permits Index.Position, Index.Iota, Index.Bounded, Index.Take, Scatter {
  /** The position in row-major order, counted from {@code start}, as i64. */
  record Position(Shape shape, long start) implements Index {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 0);
      return List.of(new TensorType(DType.I64, shape));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
      return List.of();
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      throw new IllegalStateException("position has no inputs to batch");
    }
  }

  /** The position along {@code axis}: 0, 1, 2, … repeated along the other axes. */
  record Iota(TensorType type, int axis) implements Index {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 0);
      Axis.normalise(axis, type.shape().rank());
      return List.of(type);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
      return List.of();
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      throw new IllegalStateException("iota has no inputs to batch");
    }
  }

  /**
   * The input as positions from 0 to {@code size − 1}. With {@code wraps}, numbers from {@code
   * −size} to −1 count from the end. Running it throws {@link DataException} when a number is
   * outside; a plan runs it before it replaces anything stored.
   *
   * @param noun what a number is, for the error: {@code index}, {@code label}
   * @param of what is indexed, for the error: {@code axis 0 of f32[5, 3]}, {@code 10 classes}
   */
  record Bounded(long size, boolean wraps, String noun, String of) implements Index {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 1);
      TensorType index = inputs.getFirst();
      if (!index.dtype().isInteger()) {
        throw new DTypeException(
            "an index of " + of + " needs integers, got " + index,
            index.dtype() == DType.BOOL
                ? "Use masked(mask) to choose by truth values."
                : "Cast it first: index.cast(i64).");
      }
      return List.of(index.as(DType.I64));
    }

    /** The position that {@code number} stands for; −1 when it is outside. */
    public long position(long number) {
      long position = wraps && number < 0 ? number + size : number;
      return position >= 0 && position < size ? position : -1;
    }

    /** The error for element {@code at} of an index of some shape. */
    public DataException outside(Shape shape, long at, long number) {
      long[] strides = shape.strides();
      List<Long> where = new ArrayList<>();
      for (int i = 0; i < strides.length; i++) {
        where.add(at / strides[i] % shape.extent(i));
      }
      String place = where.isEmpty() ? "" : " at " + where;
      String range = "from " + (wraps ? -size : 0) + " to " + (size - 1);
      return new DataException(
          noun + " " + number + place + " is out of range for " + of,
          size == 0 ? "There is nothing to index." : "Use numbers " + range + ".");
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
      return List.of(Optional.empty());
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      return e.emit(this, List.of(b.in(0)));
    }
  }

  /**
   * Rows by position: {@code x [n, rest..], index [index..] → [index.., rest..]}. Reads only the
   * rows taken. Positions must be from 0 to n − 1; others read some row, never other memory.
   */
  record Take() implements Index {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 2);
      TensorType x = inputs.get(0);
      TensorType index = inputs.get(1);
      positions(this, index);
      if (x.shape().rank() == 0 || (x.shape().extent(0) == 0 && index.size() > 0)) {
        throw new ShapeException(
            "cannot take " + index.shape() + " from " + x + ", which has no element there",
            "Take from an axis that is not empty.");
      }
      return List.of(x.as(joined(index.shape(), x.shape().drop(1))));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      long size = e.type(c.in(0)).shape().extent(0);
      return List.of(
          Optional.of(e.one(new Scatter.ScatterAdd(size), List.of(c.in(1), c.grad()))),
          Optional.empty());
    }

    /** The rows of all members in one table. */
    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      if (!b.has(0)) {
        return e.emit(this, b.inputs());
      }
      Shape x = e.type(b.in(0)).shape();
      V table = e.reshape(b.in(0), x.drop(2).prepend(x.extent(0) * x.extent(1)));
      return e.emit(this, List.of(table, ofMember(e, b.full(e, 1), x.extent(1))));
    }
  }

  /** Throws unless {@code index} is of i64. */
  static void positions(Op op, TensorType index) {
    if (index.dtype() != DType.I64) {
      throw new DTypeException(
          op.label() + " needs positions of i64, got " + index, "Cast the index to i64.");
    }
  }

  /** The axes of both, in order. */
  static Shape joined(Shape first, Shape second) {
    Shape out = first;
    for (long extent : second.toArray()) {
      out = out.insert(out.rank(), extent);
    }
    return out;
  }

  /** Positions {@code [members, ..]} in tables of {@code size} rows, in all tables together. */
  static <V> V ofMember(Emit<V> e, V index, long size) {
    V member = e.one(new Iota(e.type(index), 0), List.of());
    return e.add(e.scale(member, size), index);
  }

  /**
   * The positions, in row-major order, of elements of a tensor of extent {@code n} along {@code
   * axis}, whose other extents are those of {@code index}.
   */
  static <V> V along(Emit<V> e, V index, long n, int axis) {
    Shape shape = e.type(index).shape();
    long outer = shape.take(axis).size();
    long inner = shape.drop(axis + 1).size();
    V folded = e.reshape(index, Shape.of(outer, shape.extent(axis), inner));
    V row = outer == 1 ? folded : ofMember(e, folded, n);
    V position =
        inner == 1 ? row : e.add(e.scale(row, inner), e.one(new Iota(e.type(row), 2), List.of()));
    return e.reshape(position, shape);
  }

  /** Each element's predecessor along {@code axis}; 0 for the first. */
  static <V> V previous(Emit<V> e, V x, int axis) {
    TensorType type = e.type(x);
    V at = e.one(new Iota(type.as(DType.I64), axis), List.of());
    V zero = e.fillLike(at, 0);
    V before = e.one(new Binary.Max(), List.of(e.shift(at, -1), zero));
    V flat = e.reshape(x, Shape.of(type.size()));
    V moved = e.one(new Take(), List.of(flat, along(e, before, type.shape().extent(axis), axis)));
    return e.select(e.equal(at, zero), e.fillLike(x, 0), moved);
  }
}

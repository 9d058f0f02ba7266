package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Scalars;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Rows combined by position: {@code index [index..], updates [index.., rest..] → [size, rest..]}.
 * Rows that no position names get the value of an empty reduction. Updates are combined in
 * row-major order, whatever the number of threads. Positions must be from 0 to size − 1; others are
 * passed over.
 */
public sealed interface Scatter extends Index {
  /** The number of rows of the result. */
  long size();

  /** How rows are combined: a reduction, whatever its axes. */
  Reduce reduction();

  /** The same with another number of rows. */
  Scatter resized(long size);

  /** Combines two partial results. */
  default <S> S combine(Scalars<S> s, S a, S b) {
    return reduction().combine(s, a, b);
  }

  @Override
  default boolean accumulates() {
    return true;
  }

  @Override
  default double flops(List<TensorType> inputs, List<TensorType> outputs) {
    return inputs.get(1).size();
  }

  @Override
  default List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, 2);
    TensorType index = inputs.get(0);
    TensorType updates = inputs.get(1);
    Index.positions(this, index);
    if (updates.dtype() == DType.BOOL) {
      throw new DTypeException(label() + " needs numbers, got bool", "Cast first: x.cast(f32).");
    }
    int rank = index.shape().rank();
    if (updates.shape().rank() < rank || !updates.shape().take(rank).equals(index.shape())) {
      throw new ShapeException(
          label() + " needs a row for each position of " + index + ", got " + updates,
          "Begin the shape of the updates with that of the index.");
    }
    if (size() == 0 && index.size() > 0) {
      throw new ShapeException(
          label() + " of " + index + " into no rows", "Scatter into at least one row.");
    }
    return List.of(updates.as(updates.shape().drop(rank).prepend(size())));
  }

  /** The rows of all members in one table. */
  @Override
  default <V> List<V> batch(Emit<V> e, Batch<V> b) {
    V index = Index.ofMember(e, b.full(e, 0), size());
    V table = e.one(resized(b.size() * size()), List.of(index, b.full(e, 1)));
    Shape rows = e.type(table).shape();
    return List.of(e.reshape(table, rows.drop(1).prepend(size()).prepend(b.size())));
  }

  /** The sum of the rows at each position. */
  record ScatterAdd(long size) implements Scatter {
    private static final Reduce SUM = new Reduce.Sum(List.of(0));

    @Override
    public Reduce reduction() {
      return SUM;
    }

    @Override
    public Scatter resized(long size) {
      return new ScatterAdd(size);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(Optional.empty(), Optional.of(e.one(new Take(), List.of(c.grad(), c.in(0)))));
    }
  }

  /** One of the elements at each position, which gets the gradient. */
  sealed interface Extremum extends Scatter {
    @Override
    default <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      V index = c.in(0);
      V updates = c.in(1);
      V winner = e.one(new Take(), List.of(c.out(), index));
      DType dtype = e.type(updates).dtype();
      // 16 bits do not count far enough.
      DType counted = dtype.isHalf() ? DType.F32 : dtype;
      V hit = e.equal(updates, winner);
      V count = e.one(new ScatterAdd(size()), List.of(index, e.cast(hit, counted)));
      V rivals = e.one(new Take(), List.of(count, index));
      V mine = e.one(new Take(), List.of(c.grad(), index));
      V share = e.cast(e.div(e.cast(mine, counted), rivals), dtype);
      return List.of(Optional.empty(), Optional.of(e.select(hit, share, e.fillLike(mine, 0))));
    }
  }

  /** The largest of the elements at each position. Equal maxima share the gradient. */
  record ScatterMax(long size) implements Extremum {
    private static final Reduce MAX = new Reduce.Max(List.of(0));

    @Override
    public Reduce reduction() {
      return MAX;
    }

    @Override
    public Scatter resized(long size) {
      return new ScatterMax(size);
    }
  }

  /** The smallest of the elements at each position. Equal minima share the gradient. */
  record ScatterMin(long size) implements Extremum {
    private static final Reduce MIN = new Reduce.Min(List.of(0));

    @Override
    public Reduce reduction() {
      return MIN;
    }

    @Override
    public Scatter resized(long size) {
      return new ScatterMin(size);
    }
  }
}

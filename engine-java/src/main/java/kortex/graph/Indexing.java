package kortex.graph;

import kortex.op.Index;
import kortex.op.Scatter;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Elements by position. Indices are integers of any dtype; −1 is the last element. One that is out
 * of range throws {@link kortex.tensor.DataException} when the result is computed; a compiled step
 * replaces nothing then and can be run again. Gradients of any order flow through all of it but the
 * indices.
 */
public sealed interface Indexing extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /**
   * The elements at {@code index} along {@code axis}: {@code [a.., n, b..]} becomes {@code [a..,
   * index.., b..]}, as NumPy's take. From an outermost axis only the rows taken are read: an
   * embedding is {@code table.take(tokens, 0)}.
   */
  default Tensor take(Tensor index, int axis) {
    int along = Axis.normalise(axis, shape().rank());
    return Positions.taken(self(), Positions.bounded(index, self(), along), along);
  }

  /**
   * One element for each element of {@code index}, along {@code axis}: {@code y[i, j] = x[index[i,
   * j], j]} for axis 0 of a matrix. As NumPy's take_along_axis and PyTorch's gather; the other axes
   * broadcast.
   */
  default Tensor takeAlongAxis(Tensor index, int axis) {
    int along = Axis.normalise(axis, shape().rank());
    Tensor position = Positions.bounded(index, self(), along);
    return Positions.takenAlong(self(), position, along);
  }

  /**
   * The elements at {@code index[0]} of axis 0, {@code index[1]} of axis 1, …, as NumPy's indexing
   * by integer arrays: the indices broadcast to one shape, which replaces the axes they index.
   */
  default Tensor at(Tensor... index) {
    Shape rest = shape().drop(leading(index).rank());
    Tensor rows = self().reshape(rest.prepend(leading(index).size()).toArray());
    return rows.apply(new Index.Take(), positions(index));
  }

  /**
   * This tensor with {@code updates} in place of the elements at {@code index}, see {@link #at}.
   * Updates broadcast. Where two go to one place, the last in row-major order stays.
   */
  default Tensor putAt(Tensor updates, Tensor... index) {
    Tensor position = positions(index);
    Shape rest = shape().drop(leading(index).rank());
    Tensor rows = self().reshape(rest.prepend(leading(index).size()).toArray());
    Tensor all = Positions.updates(updates, self(), Index.joined(position.shape(), rest));
    return Positions.put(rows, position, all).reshape(shape().toArray());
  }

  /**
   * This tensor with {@code updates} added to the elements at {@code index}, see {@link #at}.
   * Updates broadcast; those that go to one place are all added, in row-major order.
   */
  default Tensor addAt(Tensor updates, Tensor... index) {
    Tensor position = positions(index);
    Shape rest = shape().drop(leading(index).rank());
    Tensor all = Positions.updates(updates, self(), Index.joined(position.shape(), rest));
    Tensor sums = position.apply(new Scatter.ScatterAdd(leading(index).size()), all);
    return self().add(sums.reshape(shape().toArray()));
  }

  /** The extents of the axes that as many indices index. */
  private Shape leading(Tensor[] index) {
    if (index.length == 0 || index.length > shape().rank()) {
      throw new ShapeException(
          type() + " cannot be indexed by " + index.length + " tensors",
          "Give one index for each of the first axes, at least one.");
    }
    return shape().take(index.length);
  }

  /** Positions in the leading axes as one. */
  private Tensor positions(Tensor[] index) {
    Shape leading = leading(index);
    Tensor out = Positions.bounded(index[0], self(), 0);
    for (int i = 1; i < index.length; i++) {
      out = out.mul(leading.extent(i)).add(Positions.bounded(index[i], self(), i));
    }
    return out;
  }

  /**
   * This tensor with {@code updates} put where {@code index} says, along {@code axis}: {@code
   * x[index[i, j], j] = updates[i, j]} for axis 0 of a matrix. As PyTorch's scatter and NumPy's
   * put_along_axis; the other axes broadcast. Where two go to one place, the last in row-major
   * order stays, and it alone gets the gradient.
   */
  default Tensor scatter(Tensor index, Tensor updates, int axis) {
    int along = Axis.normalise(axis, shape().rank());
    Tensor position = Positions.scattered(index, self(), along);
    Tensor all = Positions.updates(updates, self(), position.shape());
    return Positions.put(self().reshape(-1), position, all).reshape(shape().toArray());
  }

  /** As {@link #scatter}, but updates are added, in row-major order. */
  default Tensor scatterAdd(Tensor index, Tensor updates, int axis) {
    return self().add(scattered(new Scatter.ScatterAdd(type().size()), index, updates, axis));
  }

  /**
   * As {@link #scatter}, but each element becomes the largest of itself and its updates, as
   * PyTorch's scatter_reduce with amax. Equal updates share the gradient; an element equal to its
   * largest update has half of it.
   */
  default Tensor scatterMax(Tensor index, Tensor updates, int axis) {
    Tensor largest = scattered(new Scatter.ScatterMax(type().size()), index, updates, axis);
    return updated(index, axis).select(self().max(largest), self());
  }

  /** As {@link #scatterMax}, but the smallest. */
  default Tensor scatterMin(Tensor index, Tensor updates, int axis) {
    Tensor smallest = scattered(new Scatter.ScatterMin(type().size()), index, updates, axis);
    return updated(index, axis).select(self().min(smallest), self());
  }

  /** Bool: whether an element has an update, of which an infinity may be one. */
  private Tensor updated(Tensor index, int axis) {
    Tensor one = Tensor.full(new TensorType(DType.I32, Shape.SCALAR), 1);
    return Tensor.full(type().as(DType.I32), 0).scatterAdd(index, one, axis).cast(DType.BOOL);
  }

  private Tensor scattered(Scatter op, Tensor index, Tensor updates, int axis) {
    int along = Axis.normalise(axis, shape().rank());
    Tensor position = Positions.scattered(index, self(), along);
    Tensor all = Positions.updates(updates, self(), position.shape());
    return position.apply(op, all).reshape(shape().toArray());
  }

  /**
   * One vector for each label: 1 at the label, 0 elsewhere, {@code [..] → [.., classes]}. A label
   * that is not from 0 to {@code classes − 1} throws {@link kortex.tensor.DataException} when the
   * result is computed.
   */
  default Tensor oneHot(int classes, DType dtype) {
    String of = classes + " classes";
    Tensor label = self().apply(new Index.Bounded(classes, false, "label", of));
    Shape shape = shape().insert(shape().rank(), classes);
    Tensor number = Tensor.iota(new TensorType(DType.I64, shape), -1);
    return number.equal(label.restore(shape, -1)).cast(dtype);
  }

  /** One vector of f32 for each label, see {@link #oneHot(int, DType)}. */
  default Tensor oneHot(int classes) {
    return oneHot(classes, DType.F32);
  }

  /**
   * The elements where {@code mask} holds, in row-major order: {@code [a.., b..]} and a bool mask
   * {@code [a..]} give {@code [count, b..]}. The mask is computed now, because it decides the
   * shape; the elements are not, and have gradients.
   */
  default Tensor masked(Tensor mask) {
    int rank = mask.shape().rank();
    if (rank > shape().rank() || !mask.shape().equals(shape().take(rank))) {
      throw new ShapeException(
          "a mask " + mask.type() + " does not fit " + type(),
          "Give a mask of the first axes of what it chooses from.");
    }
    Tensor position = Positions.of(HostPositions.where(mask));
    Shape rest = shape().drop(rank);
    Tensor rows = self().reshape(rest.prepend(mask.type().size()).toArray());
    return rows.apply(new Index.Take(), position);
  }

  /** The positions, i64 {@code [count, rank]}, of elements that are not 0, computed now. */
  default Tensor nonzero() {
    if (shape().rank() == 0) {
      throw new ShapeException("a scalar has no positions", "Reshape it to one axis first.");
    }
    return HostPositions.coordinates(self());
  }
}

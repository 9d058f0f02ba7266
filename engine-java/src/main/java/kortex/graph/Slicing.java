package kortex.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kortex.op.View.Range;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** Parts of a tensor, and tensors with a part replaced. */
public sealed interface Slicing extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /**
   * The part that the slices name, one for each axis from the first on. Axes that none names are
   * taken whole. Throws {@link ShapeException} for a position outside of its axis; ranges are cut.
   */
  default Tensor slice(Slice... slices) {
    return Region.of(type(), slices).of(self());
  }

  /**
   * This tensor with the part that the slices name replaced by {@code value}, which broadcasts to
   * the shape of the part. Differentiable in both; neither changes.
   */
  default Tensor with(Tensor value, Slice... slices) {
    if (value.dtype() != dtype()) {
      throw new DTypeException(
          "cannot put " + value.type() + " into " + type(), "Cast it: x.cast(" + dtype() + ").");
    }
    Region region = Region.of(type(), slices);
    if (!broadcasts(value, region)) {
      throw new ShapeException(
          "cannot put " + value.type() + " where " + type().as(region.shape()) + " is",
          "Give a value that broadcasts to " + region.shape() + ".");
    }
    Tensor part = value.broadcastTo(region.shape());
    Tensor here = Tensor.full(type().as(region.shape()).as(DType.BOOL), 1);
    return region.place(here, 0, type()).select(region.place(part, 0, type()), self());
  }

  /**
   * {@link #with(Tensor, Slice...)} of one number. Throws {@link DTypeException} when it does not
   * fit the dtype.
   */
  default Tensor with(Number value, Slice... slices) {
    return with(Tensor.full(type().as(Shape.SCALAR), value), slices);
  }

  private static boolean broadcasts(Tensor value, Region region) {
    int more = region.shape().rank() - value.shape().rank();
    for (int i = 0; more >= 0 && i < value.shape().rank(); i++) {
      long extent = value.shape().extent(i);
      if (extent != 1 && extent != region.shape().extent(i + more)) {
        return false;
      }
    }
    return more >= 0;
  }

  /**
   * {@code value} where the bool {@code mask} holds, which broadcasts, and this elsewhere. Throws
   * {@link DTypeException} when the value does not fit the dtype.
   */
  default Tensor maskedFill(Tensor mask, Number value) {
    return mask.select(Tensor.full(type(), value), self());
  }

  /** The elements in reverse order along {@code axes}; along all axes when none is named. */
  default Tensor flip(int... axes) {
    List<Integer> flipped = Axis.normaliseAll(Arrays.stream(axes).boxed().toList(), shape().rank());
    List<Range> ranges = new ArrayList<>(Range.all(shape()));
    flipped.forEach(a -> ranges.set(a, new Range(shape().extent(a) - 1, shape().extent(a), -1)));
    return Tensor.of(GraphEmit.INSTANCE.slice(value(), ranges));
  }

  /** The elements moved by {@code shift} positions along {@code axis}; the last come first. */
  default Tensor roll(long shift, int axis) {
    int along = Axis.normalise(axis, shape().rank());
    long extent = shape().extent(along);
    long moved = extent == 0 ? 0 : Math.floorMod(shift, extent);
    return moved == 0
        ? Tensor.of(value())
        : Joining.concat(
            List.of(narrow(along, extent - moved, moved), narrow(along, 0, extent - moved)), along);
  }

  /** {@code size} positions from {@code begin} on along an axis, in bounds. */
  private Tensor narrow(int axis, long begin, long size) {
    List<Range> ranges = new ArrayList<>(Range.all(shape()));
    ranges.set(axis, new Range(begin, size, 1));
    return Tensor.of(GraphEmit.INSTANCE.slice(value(), ranges));
  }

  /** Parts of the given extents along {@code axis}, in order; together they are the whole axis. */
  default List<Tensor> split(long[] sizes, int axis) {
    int along = Axis.normalise(axis, shape().rank());
    boolean counts = Arrays.stream(sizes).allMatch(s -> s >= 0 && s <= shape().extent(along));
    if (!counts || Arrays.stream(sizes).sum() != shape().extent(along)) {
      throw new ShapeException(
          "cannot split axis " + along + " of " + type() + " into " + Arrays.toString(sizes),
          "Give extents of 0 or more that add up to " + shape().extent(along) + ".");
    }
    List<Tensor> out = new ArrayList<>();
    long begin = 0;
    for (long size : sizes) {
      out.add(narrow(along, begin, size));
      begin += size;
    }
    return out;
  }

  /** {@code count} parts of equal extent along {@code axis}. */
  default List<Tensor> split(int count, int axis) {
    long extent = shape().extent(Axis.normalise(axis, shape().rank()));
    if (count < 1 || extent % count != 0) {
      throw new ShapeException(
          "cannot split axis " + axis + " of " + type() + " into " + count + " equal parts",
          "Use a count that divides " + extent + ", give the sizes, or use chunk.");
    }
    long[] sizes = new long[count];
    Arrays.fill(sizes, extent / count);
    return split(sizes, axis);
  }

  /**
   * At most {@code count} parts of equal extent along {@code axis}, but for the last, which may be
   * smaller.
   */
  default List<Tensor> chunk(int count, int axis) {
    long extent = shape().extent(Axis.normalise(axis, shape().rank()));
    if (count < 1) {
      throw new ShapeException(
          "cannot chunk " + type() + " into " + count + " parts", "Use a count of 1 or more.");
    }
    long size = Math.max(1, (extent + count - 1) / count);
    long[] sizes = new long[Math.toIntExact(Math.max(1, (extent + size - 1) / size))];
    Arrays.fill(sizes, size);
    sizes[sizes.length - 1] = extent - size * (sizes.length - 1);
    return split(sizes, axis);
  }

  /** The tensors at each position of {@code axis}, without that axis. */
  default List<Tensor> unstack(int axis) {
    int along = Axis.normalise(axis, shape().rank());
    List<Tensor> out = new ArrayList<>();
    for (long i = 0; i < shape().extent(along); i++) {
      out.add(narrow(along, i, 1).squeeze(along));
    }
    return out;
  }

  /**
   * Windows of {@code size} neighbours along {@code axis}, one every {@code step} positions: the
   * axis counts the windows, a new last axis the positions in one.
   */
  default Tensor windows(int axis, long size, long step) {
    int along = Axis.normalise(axis, shape().rank());
    long extent = shape().extent(along);
    if (size < 1 || size > extent || step < 1) {
      throw new ShapeException(
          "no windows of " + size + " every " + step + " along axis " + along + " of " + type(),
          "Use a size from 1 to " + extent + " and a step of 1 or more.");
    }
    List<Tensor> columns = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      List<Range> ranges = new ArrayList<>(Range.all(shape()));
      ranges.set(along, new Range(i, (extent - size) / step + 1, step));
      columns.add(Tensor.of(GraphEmit.INSTANCE.slice(value(), ranges)));
    }
    return Joining.stack(columns, shape().rank());
  }
}

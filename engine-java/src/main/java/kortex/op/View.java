package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import kortex.tensor.Axis;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** The same elements under another index; a plan absorbs them into the steps that read them. */
public sealed interface View extends Op {
  @Override
  default double flops(List<TensorType> inputs, List<TensorType> outputs) {
    return 0;
  }

  /** The position in an input of a shape of each element of the output, by its position there. */
  LongUnaryOperator source(Shape from);

  /** The same for positions that change by {@code steps} along the axes of the output. */
  private static LongUnaryOperator source(Shape to, long first, long[] steps) {
    long[] strides = to.strides();
    return i -> {
      long source = first;
      for (int axis = 0; axis < steps.length; axis++) {
        source += i / strides[axis] % to.extent(axis) * steps[axis];
      }
      return source;
    };
  }

  /** The same elements in row-major order, in another shape of equal size. */
  record Reshape(Shape shape) implements View {
    /** Whether a reshape from one type to another only adds or drops axes of extent 1. */
    public static boolean movesUnitsOnly(TensorType from, TensorType to) {
      return from.shape().withoutUnits().equals(to.shape().withoutUnits());
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 1);
      TensorType x = inputs.getFirst();
      if (x.size() != shape.size()) {
        throw new ShapeException(
            "cannot reshape "
                + x
                + " ("
                + x.size()
                + " elements) to "
                + shape
                + " ("
                + shape.size()
                + ")",
            "Choose a shape of " + x.size() + " elements.");
      }
      return List.of(x.as(shape));
    }

    @Override
    public LongUnaryOperator source(Shape from) {
      return i -> i;
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(Optional.of(e.reshape(c.grad(), e.type(c.in(0)).shape())));
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      return List.of(e.reshape(b.in(0), shape.prepend(b.size())));
    }
  }

  /**
   * Repeats along new axes and axes of extent 1: axis {@code i} of the input becomes axis {@code
   * axes[i]} of {@code shape}; {@code axes} increase.
   */
  record Broadcast(Shape shape, List<Integer> axes) implements View {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 1);
      TensorType x = inputs.getFirst();
      boolean fits = axes.size() == x.shape().rank();
      for (int i = 0; fits && i < axes.size(); i++) {
        int to = axes.get(i);
        fits = to >= 0 && to < shape.rank() && (i == 0 || axes.get(i - 1) < to);
        fits = fits && (x.shape().extent(i) == 1 || x.shape().extent(i) == shape.extent(to));
      }
      if (!fits) {
        throw new ShapeException(
            "cannot broadcast " + x + " to " + shape + " along axes " + axes,
            "Each axis must be 1 or equal to the extent it becomes.");
      }
      return List.of(x.as(shape));
    }

    @Override
    public LongUnaryOperator source(Shape from) {
      long[] strides = from.strides();
      long[] steps = new long[shape.rank()];
      for (int i = 0; i < strides.length; i++) {
        steps[axes.get(i)] = from.extent(i) == 1 ? 0 : strides[i];
      }
      return View.source(shape, 0, steps);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      Shape from = e.type(c.in(0)).shape();
      List<Integer> repeated = new ArrayList<>(Axis.without(shape.rank(), axes));
      for (int i = 0; i < axes.size(); i++) {
        if (from.extent(i) != shape.extent(axes.get(i))) {
          repeated.add(axes.get(i));
        }
      }
      repeated.sort(null);
      return List.of(Optional.of(e.reshape(e.sum(c.grad(), repeated), from)));
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      List<Integer> to = new ArrayList<>(List.of(0));
      to.addAll(Batch.shifted(axes));
      return List.of(e.broadcast(b.in(0), shape.prepend(b.size()), List.copyOf(to)));
    }
  }

  /** Axes in another order: axis {@code i} of the output is axis {@code order[i]} of the input. */
  record Permute(List<Integer> order) implements View {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 1);
      TensorType x = inputs.getFirst();
      if (!order.stream().sorted().toList().equals(Axis.range(0, x.shape().rank()))) {
        throw new ShapeException(
            "permute " + order + " does not name every axis of " + x + " once",
            "Name the axes 0 to " + (x.shape().rank() - 1) + " in the order wanted.");
      }
      return List.of(x.as(Shape.of(order.stream().map(a -> x.shape().extent(a)).toList())));
    }

    @Override
    public LongUnaryOperator source(Shape from) {
      long[] strides = from.strides();
      Shape to = Shape.of(order.stream().map(from::extent).toList());
      return View.source(to, 0, order.stream().mapToLong(a -> strides[a]).toArray());
    }

    /** The permutation that undoes this one. */
    public Permute inverse() {
      return new Permute(Axis.range(0, order.size()).stream().map(order::indexOf).toList());
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(Optional.of(e.one(inverse(), List.of(c.grad()))));
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      List<Integer> shifted = new ArrayList<>(List.of(0));
      shifted.addAll(Batch.shifted(order));
      return e.emit(new Permute(List.copyOf(shifted)), List.of(b.in(0)));
    }
  }

  /**
   * Positions along one axis: {@code begin}, {@code begin + step}, …, {@code size} of them. A step
   * below 0 runs backwards.
   */
  record Range(long begin, long size, long step) {
    public Range {
      step = size <= 1 ? 1 : step;
      begin = size == 0 ? 0 : begin;
    }

    /** Every position of an axis, in order. */
    public static Range all(long extent) {
      return new Range(0, extent, 1);
    }

    /** Every position of each axis. */
    public static List<Range> all(Shape shape) {
      return Axis.range(0, shape.rank()).stream().map(a -> all(shape.extent(a))).toList();
    }

    /** The last position; not of an empty range. */
    public long last() {
      return begin + (size - 1) * step;
    }

    /** The lowest position; not of an empty range. */
    public long lowest() {
      return Math.min(begin, last());
    }

    /** The positions that {@code inner} takes of those of this range. */
    public Range take(Range inner) {
      return new Range(begin + inner.begin * step, inner.size, inner.step * step);
    }

    /** Whether all positions are there on an axis of an extent. */
    boolean fits(long extent) {
      if (size <= 0) {
        return size == 0;
      }
      long room = step > 0 ? extent - 1 - begin : begin;
      return step != 0 && begin >= 0 && begin < extent && room / Math.abs(step) >= size - 1;
    }
  }

  /** The elements at some positions of each axis: every axis has a range. */
  record Slice(List<Range> ranges) implements View {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 1);
      TensorType x = inputs.getFirst();
      boolean fits = ranges.size() == x.shape().rank();
      for (int i = 0; fits && i < ranges.size(); i++) {
        fits = ranges.get(i).fits(x.shape().extent(i));
      }
      if (!fits) {
        throw new ShapeException(
            "cannot slice " + x + " by " + ranges,
            "Give every axis positions from 0 to its extent − 1.");
      }
      return List.of(x.as(Shape.of(ranges.stream().map(Range::size).toList())));
    }

    @Override
    public LongUnaryOperator source(Shape from) {
      long[] steps = from.strides();
      long first = 0;
      for (int i = 0; i < steps.length; i++) {
        first += ranges.get(i).begin() * steps[i];
        steps[i] *= ranges.get(i).step();
      }
      return View.source(Shape.of(ranges.stream().map(Range::size).toList()), first, steps);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      Shape from = e.type(c.in(0)).shape();
      List<Range> forwards = new ArrayList<>();
      List<Join.Margin> margins = new ArrayList<>();
      for (int i = 0; i < ranges.size(); i++) {
        Range r = ranges.get(i);
        forwards.add(r.step > 0 ? Range.all(r.size) : new Range(r.size - 1, r.size, -1));
        margins.add(Join.Margin.around(r, from.extent(i)));
      }
      return List.of(Optional.of(e.pad(e.slice(c.grad(), forwards), margins, 0)));
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      List<Range> all = new ArrayList<>(List.of(Range.all(b.size())));
      all.addAll(ranges);
      return List.of(e.slice(b.in(0), List.copyOf(all)));
    }
  }
}

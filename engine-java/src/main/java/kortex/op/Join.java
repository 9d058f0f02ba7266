package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** Elements of several values, or of a value and a constant, in one. */
public sealed interface Join extends Op {
  /** How many constants stand along one axis: before, behind, and between neighbours. */
  record Margin(long low, long high, long interior) {
    /** No constants at all. */
    public static final Margin NONE = new Margin(0, 0, 0);

    private static final long MOST = 1L << 60;

    /** The extent of a padded axis that had extent {@code n}. */
    public long extent(long n) {
      return low + inner(n) + high;
    }

    /** The extent without what stands before and behind. */
    private long inner(long n) {
      return n == 0 ? 0 : n + (n - 1) * interior;
    }

    /** Where the elements are on the padded axis. */
    public View.Range content(long n) {
      return new View.Range(low, n, interior + 1);
    }

    /** What puts the elements of a range, sorted, back to their places on an axis of an extent. */
    public static Margin around(View.Range range, long extent) {
      if (range.size() == 0) {
        return new Margin(extent, 0, 0);
      }
      long lowest = range.lowest();
      long step = Math.abs(range.step());
      return new Margin(lowest, extent - 1 - lowest - (range.size() - 1) * step, step - 1);
    }

    private boolean fits(long n) {
      boolean counts = low >= 0 && high >= 0 && interior >= 0;
      return counts && (double) low + high + n + (double) n * interior < MOST;
    }
  }

  /** {@code value} before, behind and between the elements: every axis has a margin. */
  record Pad(List<Margin> margins, double value) implements Join {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 1);
      TensorType x = inputs.getFirst();
      List<Long> extents = new ArrayList<>();
      boolean fits = margins.size() == x.shape().rank();
      for (int i = 0; fits && i < margins.size(); i++) {
        fits = margins.get(i).fits(x.shape().extent(i));
        extents.add(margins.get(i).extent(x.shape().extent(i)));
      }
      if (!fits) {
        throw new ShapeException(
            "cannot pad " + x + " by " + margins,
            "Give every axis counts of 0 or more, together below 2^60.");
      }
      return List.of(x.as(Shape.of(extents)));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(Optional.of(e.slice(c.grad(), content(e.type(c.in(0)).shape()))));
    }

    /** Where the elements of an input of shape {@code x} are in the output. */
    public List<View.Range> content(Shape x) {
      List<View.Range> out = new ArrayList<>();
      for (int i = 0; i < margins.size(); i++) {
        out.add(margins.get(i).content(x.extent(i)));
      }
      return List.copyOf(out);
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      List<Margin> all = new ArrayList<>(List.of(Margin.NONE));
      all.addAll(margins);
      return List.of(e.pad(b.in(0), all, value));
    }
  }

  /** One or more inputs, one behind the other along an axis; their other extents are equal. */
  record Concat(int axis) implements Join {
    /** Whether all inputs are of one type. */
    public static boolean isEven(List<TensorType> inputs) {
      return inputs.stream().distinct().count() == 1;
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      if (inputs.isEmpty()) {
        throw new ShapeException("concat of nothing", "Pass at least one tensor.");
      }
      TensorType first = inputs.getFirst();
      if (axis < 0 || axis >= first.shape().rank()) {
        throw new ShapeException(
            "concat along axis " + axis + " of " + first,
            first.shape().rank() == 0
                ? "Stack scalars instead."
                : "Use an axis from 0 to " + (first.shape().rank() - 1) + ".");
      }
      long extent = 0;
      for (TensorType type : inputs) {
        if (type.dtype() != first.dtype()) {
          throw new DTypeException(
              "concat needs one dtype, got " + first + " and " + type,
              "Cast one of them: x.cast(" + first.dtype() + ").");
        }
        if (type.shape().rank() != first.shape().rank()
            || !type.shape().with(axis, 0).equals(first.shape().with(axis, 0))) {
          throw new ShapeException(
              "cannot concat " + first + " and " + type + " along axis " + axis,
              "Only the extents of axis " + axis + " may differ.");
        }
        extent += type.shape().extent(axis);
      }
      return List.of(first.as(first.shape().with(axis, extent)));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      List<View.Range> ranges = new ArrayList<>(View.Range.all(e.type(c.out()).shape()));
      List<Optional<V>> out = new ArrayList<>();
      long begin = 0;
      for (V part : c.inputs()) {
        long extent = e.type(part).shape().extent(axis);
        ranges.set(axis, new View.Range(begin, extent, 1));
        out.add(Optional.of(e.slice(c.grad(), ranges)));
        begin += extent;
      }
      return out;
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      return List.of(e.concat(b.full(e), axis + 1));
    }
  }
}

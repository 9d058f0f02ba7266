package kortex.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import kortex.op.Join.Margin;
import kortex.op.View.Range;
import kortex.tensor.Axis;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/** Tensors put together, and a tensor repeated or with something around it. */
public sealed interface Joining extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** Tensors one behind the other along {@code axis}; their other extents are equal. */
  static Tensor concat(List<? extends Tensor> parts, int axis) {
    if (parts.isEmpty()) {
      throw new ShapeException("concat of no tensors", "Pass at least one.");
    }
    if (parts.getFirst().shape().rank() == 0) {
      throw new ShapeException(
          "concat of scalars: " + parts.getFirst().type(), "Use stack, which adds an axis.");
    }
    int along = Axis.normalise(axis, parts.getFirst().shape().rank());
    List<Value> values = parts.stream().map(Tensor::value).toList();
    return Tensor.of(GraphEmit.INSTANCE.concat(values, along));
  }

  /** Tensors of one shape side by side along a new axis, which becomes number {@code axis}. */
  static Tensor stack(List<? extends Tensor> parts, int axis) {
    if (parts.isEmpty()) {
      throw new ShapeException("stack of no tensors", "Pass at least one.");
    }
    for (Tensor part : parts) {
      if (!part.shape().equals(parts.getFirst().shape())) {
        throw new ShapeException(
            "stack needs one shape, got " + parts.getFirst().type() + " and " + part.type(),
            "Use concat to put tensors behind each other along an axis they have.");
      }
    }
    return concat(parts.stream().map(p -> p.unsqueeze(axis)).toList(), axis);
  }

  /**
   * The coordinates of the grid over some vectors: for each of them a tensor of shape {@code [n0,
   * n1, …]} in which it runs along its own axis.
   */
  static List<Tensor> meshgrid(List<? extends Tensor> vectors) {
    for (Tensor vector : vectors) {
      if (vector.shape().rank() != 1) {
        throw new ShapeException(
            "meshgrid needs vectors, got " + vector.type(), "Flatten it first: x.flatten().");
      }
    }
    Shape grid = Shape.of(vectors.stream().map(v -> v.shape().extent(0)).toList());
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      Value vector = vectors.get(i).value();
      out.add(Tensor.of(GraphEmit.INSTANCE.broadcast(vector, grid, List.of(i))));
    }
    return out;
  }

  /**
   * {@code value} {@code low} times before and {@code high} times behind, along {@code axis}.
   * Throws {@link kortex.tensor.DTypeException} when the value does not fit the dtype.
   */
  default Tensor pad(int axis, long low, long high, Number value) {
    int along = padded(axis, low, high);
    if (!dtype().isFloat() && Math.abs((double) Operands.fit(dtype(), value)) >= 0x1p53) {
      // A pad holds a double; larger integers stand in tensors of their own, so that they stay
      // exact.
      return concat(List.of(margin(along, low, value), self(), margin(along, high, value)), along);
    }
    List<Margin> margins = new ArrayList<>(Collections.nCopies(shape().rank(), Margin.NONE));
    margins.set(along, new Margin(low, high, 0));
    return Tensor.of(GraphEmit.INSTANCE.pad(value(), margins, value.doubleValue()));
  }

  /**
   * {@code low} elements before and {@code high} behind along {@code axis}, taken from this tensor.
   * Throws {@link ShapeException} when it has too few.
   */
  default Tensor pad(int axis, long low, long high, PadMode mode) {
    int along = padded(axis, low, high);
    long n = shape().extent(along);
    long most =
        switch (mode) {
          case REFLECT -> n - 1;
          case SYMMETRIC, WRAP -> n;
          case EDGE -> n == 0 ? 0 : Long.MAX_VALUE;
        };
    if (Math.max(low, high) > Math.max(0, most)) {
      throw new ShapeException(
          "cannot pad axis "
              + along
              + " of "
              + type()
              + " by "
              + low
              + " and "
              + high
              + ": "
              + mode
              + " has "
              + Math.max(0, most)
              + " elements to take",
          "Use smaller margins, or a constant.");
    }
    return concat(
        List.of(
            margin(along, before(mode, n, low), low),
            self(),
            margin(along, behind(mode, n, high), high)),
        along);
  }

  private int padded(int axis, long low, long high) {
    int along = Axis.normalise(axis, shape().rank());
    boolean counts = low >= 0 && high >= 0;
    if (!counts || (double) low + high + shape().extent(along) >= 0x1p60) {
      throw new ShapeException(
          "cannot pad axis " + along + " of " + type() + " by " + low + " and " + high,
          counts
              ? "Use margins that are together below 2^60."
              : "Use margins of 0 or more; slice to cut something off.");
    }
    return along;
  }

  private static Range before(PadMode mode, long n, long low) {
    return switch (mode) {
      case REFLECT -> new Range(low, low, -1);
      case SYMMETRIC -> new Range(low - 1, low, -1);
      case EDGE -> new Range(0, Math.min(low, 1), 1);
      case WRAP -> new Range(n - low, low, 1);
    };
  }

  private static Range behind(PadMode mode, long n, long high) {
    return switch (mode) {
      case REFLECT -> new Range(n - 2, high, -1);
      case SYMMETRIC -> new Range(n - 1, high, -1);
      case EDGE -> new Range(n - 1, Math.min(high, 1), 1);
      case WRAP -> new Range(0, high, 1);
    };
  }

  private Tensor margin(int axis, long count, Number value) {
    return Operands.fill(type().as(shape().with(axis, count)), value);
  }

  /** The elements of a range along an axis; a single one is repeated {@code count} times. */
  private Tensor margin(int axis, Range range, long count) {
    List<Range> ranges = new ArrayList<>(Range.all(shape()));
    ranges.set(axis, range);
    Tensor taken = Tensor.of(GraphEmit.INSTANCE.slice(value(), ranges));
    return taken.broadcastTo(shape().with(axis, count));
  }

  /**
   * This tensor again and again, {@code counts[i]} times along axis i; with more counts than axes
   * it gets new axes in front, with fewer they count for the last axes.
   */
  default Tensor tile(long... counts) {
    requireCounts(counts);
    int rank = Math.max(counts.length, shape().rank());
    long[] times = new long[rank];
    Arrays.fill(times, 1);
    System.arraycopy(counts, 0, times, rank - counts.length, counts.length);
    long[] extents = new long[rank];
    Arrays.fill(extents, 1);
    long[] mine = shape().toArray();
    System.arraycopy(mine, 0, extents, rank - mine.length, mine.length);
    long[] spread = new long[2 * rank];
    long[] result = new long[rank];
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      spread[2 * i] = times[i];
      spread[2 * i + 1] = extents[i];
      result[i] = times(extents[i], times[i]);
      if (i >= rank - mine.length) {
        axes.add(2 * i + 1);
      }
    }
    return spread(Shape.of(spread), axes, Shape.of(result));
  }

  /** Each element {@code count} times in a row along {@code axis}. */
  default Tensor repeat(long count, int axis) {
    requireCounts(count);
    int along = Axis.normalise(axis, shape().rank());
    long extent = times(shape().extent(along), count);
    Shape spread = shape().insert(along + 1, count);
    List<Integer> axes = Axis.without(spread.rank(), List.of(along + 1));
    return spread(spread, axes, shape().with(along, extent));
  }

  private Tensor spread(Shape spread, List<Integer> axes, Shape result) {
    GraphEmit emit = GraphEmit.INSTANCE;
    return Tensor.of(emit.reshape(emit.broadcast(value(), spread, axes), result));
  }

  /** An extent that is repeated. */
  private long times(long extent, long count) {
    if ((double) extent * count >= 0x1p60) {
      throw new ShapeException(
          "cannot repeat " + extent + " elements of " + type() + " " + count + " times",
          "Use counts that make less than 2^60 elements.");
    }
    return extent * count;
  }

  private static void requireCounts(long... counts) {
    if (Arrays.stream(counts).anyMatch(c -> c < 0)) {
      throw new ShapeException(
          "cannot repeat " + Arrays.toString(counts) + " times", "Use counts of 0 or more.");
    }
  }
}

package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Pools over windows of the spatial axes of {@code [batch, channels, spatial..]}, or of the other
 * {@link Format}.
 */
public sealed interface Pooling extends Op {
  @Override
  default double flops(List<TensorType> inputs, List<TensorType> outputs) {
    double window = geometry().window().stream().mapToDouble(w -> w).reduce(1, (a, b) -> a * b);
    TensorType pooled = this instanceof AvgPoolGrad ? inputs.getFirst() : outputs.getFirst();
    return window * Math.min(pooled.size(), inputs.getLast().size());
  }

  /** The windows and the format. */
  Geometry geometry();

  /** The same op on images with channels last; it is one on images with channels first. */
  Pooling channelsLast();

  @Override
  default boolean accumulates() {
    return true;
  }

  /**
   * Windows, one entry per spatial axis, in elements. Padding must be smaller than the window, so
   * that every window holds an element; padded elements never count.
   */
  record Geometry(
      List<Integer> window,
      List<Integer> strides,
      List<Integer> padLow,
      List<Integer> padHigh,
      Format format) {

    /** Windows of images with channels first. */
    public Geometry(
        List<Integer> window, List<Integer> strides, List<Integer> padLow, List<Integer> padHigh) {
      this(window, strides, padLow, padHigh, Format.CHANNELS_FIRST);
    }

    /** The same windows of images of a format. */
    Geometry in(Format other) {
      return new Geometry(window, strides, padLow, padHigh, other);
    }

    /** The pooled shape of an input. */
    Shape output(Shape image) {
      int spatial = window.size();
      if (image.rank() != spatial + 2) {
        throw new ShapeException(
            "pool" + spatial + "d needs rank " + (spatial + 2) + ", got " + image,
            "Bring the input to [batch, channels, spatial..].");
      }
      Shape x = format.first(image);
      Shape out = x.take(2);
      for (int i = 0; i < spatial; i++) {
        long room = x.extent(i + 2) + padLow.get(i) + padHigh.get(i) - window.get(i);
        if (room < 0 || padLow.get(i) >= window.get(i) || padHigh.get(i) >= window.get(i)) {
          throw new ShapeException(
              "window "
                  + window.get(i)
                  + " does not fit extent "
                  + x.extent(i + 2)
                  + " of "
                  + image
                  + " with padding "
                  + padLow.get(i)
                  + " and "
                  + padHigh.get(i),
              "Use a smaller window, and padding smaller than the window.");
        }
        out = out.insert(i + 2, room / strides.get(i) + 1);
      }
      return format.of(out);
    }
  }

  /** Members of a batch pool as more examples. */
  @Override
  default <V> List<V> batch(Emit<V> e, Batch<V> b) {
    List<V> merged =
        b.full(e).stream()
            .map(x -> {
              Shape s = e.type(x).shape();
              return e.reshape(x, s.drop(2).prepend(s.extent(0) * s.extent(1)));
            })
            .toList();
    V y = e.one(forExamples(b.size()), merged);
    Shape s = e.type(y).shape();
    return List.of(e.reshape(y, s.with(0, s.extent(0) / Math.max(1, b.size())).prepend(b.size())));
  }

  /** The op for {@code times} as many examples. */
  default Pooling forExamples(long times) {
    return this;
  }

  private static TensorType check(Op op, List<TensorType> inputs, int count) {
    Op.arity(op, inputs, count);
    if (!inputs.stream()
        .allMatch(t -> t.dtype().isFloat() && t.dtype() == inputs.getFirst().dtype())) {
      throw new DTypeException(
          op.label() + " needs float tensors of one dtype, got " + inputs, "Cast them.");
    }
    return inputs.getFirst();
  }

  private static void matches(Op op, Shape expected, TensorType got) {
    if (!got.shape().equals(expected)) {
      throw new ShapeException(
          op.label() + " needs shape " + expected + ", got " + got, "Pass the matching tensor.");
    }
  }

  /** The largest element of each window; the first in row-major order wins ties. */
  record MaxPool(Geometry geometry) implements Pooling {
    @Override
    public MaxPool channelsLast() {
      return new MaxPool(geometry.in(Format.CHANNELS_LAST));
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType x = check(this, inputs, 1);
      return List.of(x.as(geometry.output(x.shape())));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(Optional.of(e.one(new MaxPoolGrad(geometry), List.of(c.in(0), c.grad()))));
    }
  }

  /** Sends each gradient to the element that won its window. Inputs: input, output gradient. */
  record MaxPoolGrad(Geometry geometry) implements Pooling {
    @Override
    public MaxPoolGrad channelsLast() {
      return new MaxPoolGrad(geometry.in(Format.CHANNELS_LAST));
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType x = check(this, inputs, 2);
      matches(this, geometry.output(x.shape()), inputs.get(1));
      return List.of(x);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(
          Optional.empty(),
          Optional.of(e.one(new MaxPoolSelect(geometry), List.of(c.in(0), c.grad()))));
    }
  }

  /** Takes from {@code v} where {@code x} wins its window. Inputs: x, v of one shape. */
  record MaxPoolSelect(Geometry geometry) implements Pooling {
    @Override
    public MaxPoolSelect channelsLast() {
      return new MaxPoolSelect(geometry.in(Format.CHANNELS_LAST));
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType x = check(this, inputs, 2);
      matches(this, x.shape(), inputs.get(1));
      return List.of(x.as(geometry.output(x.shape())));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(
          Optional.empty(),
          Optional.of(e.one(new MaxPoolGrad(geometry), List.of(c.in(0), c.grad()))));
    }
  }

  /** The mean of each window, padding left out. */
  record AvgPool(Geometry geometry) implements Pooling {
    @Override
    public AvgPool channelsLast() {
      return new AvgPool(geometry.in(Format.CHANNELS_LAST));
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType x = check(this, inputs, 1);
      return List.of(x.as(geometry.output(x.shape())));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      Shape x = e.type(c.in(0)).shape();
      return List.of(Optional.of(e.one(new AvgPoolGrad(x, geometry), List.of(c.grad()))));
    }
  }

  /** Spreads each gradient evenly over its window. Input: output gradient. */
  record AvgPoolGrad(Shape input, Geometry geometry) implements Pooling {
    @Override
    public AvgPoolGrad channelsLast() {
      return new AvgPoolGrad(Format.CHANNELS_LAST.of(input), geometry.in(Format.CHANNELS_LAST));
    }

    @Override
    public Pooling forExamples(long times) {
      return new AvgPoolGrad(input.with(0, input.extent(0) * times), geometry);
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType dy = check(this, inputs, 1);
      matches(this, geometry.output(input), dy);
      return List.of(dy.as(input));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      return List.of(Optional.of(e.one(new AvgPool(geometry), List.of(c.grad()))));
    }
  }
}

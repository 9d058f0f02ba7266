package kortex.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.tensor.Axis;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Convolution (cross-correlation) and its two gradients. Each is bilinear, and the gradient of each
 * is made of the other two, so derivatives of any order stay in this family.
 *
 * <p>Input {@code [batch, channels, spatial..]}, weight {@code [filters, channels / groups,
 * kernel..]}, output {@code [batch, filters, spatial..]}; in the other {@link Format} input and
 * output have their channels last, the weight stays as it is.
 */
public sealed interface Convolution extends Op {
  /** Strides, padding, dilation, groups and format. */
  Geometry geometry();

  /** The same op on images with channels last; it is one on images with channels first. */
  Convolution channelsLast();

  @Override
  default boolean accumulates() {
    return true;
  }

  @Override
  default double flops(List<TensorType> inputs, List<TensorType> outputs) {
    TensorType y =
        switch (this) {
          case Conv op -> outputs.getFirst();
          case ConvInputGrad op -> inputs.get(0);
          case ConvWeightGrad op -> inputs.get(1);
        };
    Shape w = this instanceof ConvWeightGrad op ? op.weight() : inputs.get(1).shape();
    return 2.0 * y.size() * w.size() / Math.max(1, w.extent(0));
  }

  /**
   * How the kernel moves, one entry per spatial axis.
   *
   * @param strides steps between outputs, in elements
   * @param padLow zeros before the first element
   * @param padHigh zeros after the last element
   * @param dilation distance of neighbouring kernel elements; 1 is dense
   * @param groups blocks of channels that do not see each other
   * @param format where input and output have their channels
   */
  record Geometry(
      List<Integer> strides,
      List<Integer> padLow,
      List<Integer> padHigh,
      List<Integer> dilation,
      int groups,
      Format format) {

    /** How the kernel moves over images with channels first. */
    public Geometry(
        List<Integer> strides,
        List<Integer> padLow,
        List<Integer> padHigh,
        List<Integer> dilation,
        int groups) {
      this(strides, padLow, padHigh, dilation, groups, Format.CHANNELS_FIRST);
    }

    /** The same movement over {@code times} as many groups. */
    Geometry regrouped(long times) {
      int all = Math.toIntExact(groups * times);
      return new Geometry(strides, padLow, padHigh, dilation, all, format);
    }

    /** The same movement over images of a format. */
    Geometry in(Format other) {
      return new Geometry(strides, padLow, padHigh, dilation, groups, other);
    }

    /** The output's shape for an input and a weight. */
    Shape output(Shape image, Shape w) {
      requireRanks(image, w);
      Shape x = format.first(image);
      requireChannels(image, x.extent(1), w);
      Shape out = Shape.of(x.extent(0), w.extent(0));
      for (int i = 0; i < strides.size(); i++) {
        long reach = (w.extent(i + 2) - 1) * dilation.get(i) + 1;
        long room = x.extent(i + 2) + padLow.get(i) + padHigh.get(i) - reach;
        if (room < 0) {
          throw new ShapeException(
              "kernel "
                  + reach
                  + " is larger than the padded input "
                  + (room + reach)
                  + " on spatial axis "
                  + i
                  + " of "
                  + image,
              "Use a smaller kernel or more padding.");
        }
        out = out.insert(i + 2, room / strides.get(i) + 1);
      }
      return format.of(out);
    }

    private void requireRanks(Shape x, Shape w) {
      int rank = strides.size() + 2;
      if (x.rank() != rank || w.rank() != rank) {
        throw new ShapeException(
            "conv"
                + strides.size()
                + "d needs input and weight of rank "
                + rank
                + ", got "
                + x
                + " and "
                + w,
            "Bring the input to [batch, channels, spatial..].");
      }
    }

    private void requireChannels(Shape x, long channels, Shape w) {
      if (channels != w.extent(1) * groups || w.extent(0) % groups != 0) {
        throw new ShapeException(
            "input "
                + x
                + " has "
                + channels
                + " channels, weight "
                + w
                + " with "
                + groups
                + " groups takes "
                + w.extent(1) * groups,
            "Make the channels of the weight match the input.");
      }
    }
  }

  /** Members of a batch as more examples: {@code [n, batch, ..] → [n · batch, ..]}. */
  private static <V> V asExamples(Emit<V> e, V x) {
    Shape s = e.type(x).shape();
    return e.reshape(x, s.drop(2).prepend(s.extent(0) * s.extent(1)));
  }

  /** Members of a batch as more channels: {@code [n, batch, c, ..] → [batch, n · c, ..]}. */
  private static <V> V asChannels(Emit<V> e, V x, Geometry g) {
    Shape s = e.type(x).shape();
    int channels = g.format().channels(s.rank() - 1);
    List<Integer> order = new ArrayList<>(Axis.range(1, s.rank()));
    order.add(channels, 0);
    V moved = e.one(new View.Permute(List.copyOf(order)), List.of(x));
    return e.reshape(moved, times(s.drop(1), channels, s.extent(0)));
  }

  /** Undoes {@link #asChannels} for {@code n} members. */
  private static <V> V fromChannels(Emit<V> e, V x, long n, Geometry g) {
    Shape s = e.type(x).shape();
    int channels = g.format().channels(s.rank());
    Shape each = s.with(channels, s.extent(channels) / Math.max(1, n));
    V split = e.reshape(x, each.insert(channels, n));
    List<Integer> order = new ArrayList<>(Axis.range(0, s.rank() + 1));
    order.addFirst(order.remove(channels));
    return e.one(new View.Permute(List.copyOf(order)), List.of(split));
  }

  private static Shape times(Shape shape, int axis, long factor) {
    return shape.with(axis, shape.extent(axis) * factor);
  }

  private static TensorType pair(Op op, List<TensorType> inputs) {
    Op.arity(op, inputs, 2);
    if (!inputs.get(0).dtype().isFloat() || inputs.get(0).dtype() != inputs.get(1).dtype()) {
      throw new DTypeException(
          op.label() + " needs two float tensors of one dtype, got " + inputs, "Cast one of them.");
    }
    return inputs.getFirst();
  }

  private static void matches(Op op, Shape expected, TensorType got) {
    if (!got.shape().equals(expected)) {
      throw new ShapeException(
          op.label() + " needs an output gradient of " + expected + ", got " + got,
          "Pass the gradient of the convolution's own output.");
    }
  }

  /** The cross-correlation of an input with a weight. Inputs: input, weight. */
  record Conv(Geometry geometry) implements Convolution {
    @Override
    public Conv channelsLast() {
      return new Conv(geometry.in(Format.CHANNELS_LAST));
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType x = pair(this, inputs);
      return List.of(x.as(geometry.output(x.shape(), inputs.get(1).shape())));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      Shape x = e.type(c.in(0)).shape();
      Shape w = e.type(c.in(1)).shape();
      return List.of(
          Optional.of(e.one(new ConvInputGrad(x, geometry), List.of(c.grad(), c.in(1)))),
          Optional.of(e.one(new ConvWeightGrad(w, geometry), List.of(c.in(0), c.grad()))));
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      if (!b.has(1)) {
        V y = e.one(this, List.of(asExamples(e, b.in(0)), b.in(1)));
        long batch = e.type(b.in(0)).shape().extent(1);
        return List.of(e.reshape(y, e.type(y).shape().drop(1).prepend(batch).prepend(b.size())));
      }
      V x = asChannels(e, b.full(e, 0), geometry);
      V y = e.one(new Conv(geometry.regrouped(b.size())), List.of(x, asExamples(e, b.in(1))));
      return List.of(fromChannels(e, y, b.size(), geometry));
    }
  }

  /** The gradient of the input (a transposed convolution). Inputs: output gradient, weight. */
  record ConvInputGrad(Shape input, Geometry geometry) implements Convolution {
    @Override
    public ConvInputGrad channelsLast() {
      return new ConvInputGrad(Format.CHANNELS_LAST.of(input), geometry.in(Format.CHANNELS_LAST));
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType dy = pair(this, inputs);
      matches(this, geometry.output(input, inputs.get(1).shape()), dy);
      return List.of(dy.as(input));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      Shape w = e.type(c.in(1)).shape();
      return List.of(
          Optional.of(e.one(new Conv(geometry), List.of(c.grad(), c.in(1)))),
          Optional.of(e.one(new ConvWeightGrad(w, geometry), List.of(c.grad(), c.in(0)))));
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      long n = b.size();
      if (!b.has(1)) {
        Shape all = input.with(0, n * input.extent(0));
        V dx = e.one(new ConvInputGrad(all, geometry), List.of(asExamples(e, b.in(0)), b.in(1)));
        return List.of(e.reshape(dx, input.prepend(n)));
      }
      V dy = asChannels(e, b.full(e, 0), geometry);
      Shape all = times(input, geometry.format().channels(input.rank()), n);
      ConvInputGrad grouped = new ConvInputGrad(all, geometry.regrouped(n));
      V dx = e.one(grouped, List.of(dy, asExamples(e, b.in(1))));
      return List.of(fromChannels(e, dx, n, geometry));
    }
  }

  /** The gradient of the weight. Inputs: input, output gradient. */
  record ConvWeightGrad(Shape weight, Geometry geometry) implements Convolution {
    @Override
    public ConvWeightGrad channelsLast() {
      return new ConvWeightGrad(weight, geometry.in(Format.CHANNELS_LAST));
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      TensorType x = pair(this, inputs);
      matches(this, geometry.output(x.shape(), weight), inputs.get(1));
      return List.of(x.as(weight));
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> c) {
      Shape x = e.type(c.in(0)).shape();
      return List.of(
          Optional.of(e.one(new ConvInputGrad(x, geometry), List.of(c.in(1), c.grad()))),
          Optional.of(e.one(new Conv(geometry), List.of(c.in(0), c.grad()))));
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      long n = b.size();
      V x = asChannels(e, b.full(e, 0), geometry);
      V dy = asChannels(e, b.full(e, 1), geometry);
      Shape all = weight.with(0, n * weight.extent(0));
      V dw = e.one(new ConvWeightGrad(all, geometry.regrouped(n)), List.of(x, dy));
      return List.of(e.reshape(dw, weight.prepend(n)));
    }
  }
}

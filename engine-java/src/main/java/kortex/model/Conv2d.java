package kortex.model;

import java.util.List;
import java.util.Optional;
import kortex.graph.Tensor;
import kortex.op.Convolution;
import kortex.tensor.DType;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * A convolution (as everywhere in deep learning, a cross-correlation) of images: {@code [batch,
 * channels, h, w] → [batch, filters, h', w']} with {@code h' = ⌊(h + padding − reach) / stride⌋ +
 * 1}, {@code reach = (kernel − 1) · dilation + 1}. The weight is {@code [filters, channels /
 * groups, kernel h, kernel w]}, as PyTorch stores it.
 *
 * @param filters channels of the output, 1 or more
 * @param kernel extents of the window
 * @param stride steps between windows, default 1
 * @param padding zeros around the image, default {@link Padding#VALID}
 * @param dilation distance of neighbouring elements of the window, default 1
 * @param groups blocks of channels that do not see each other, default 1
 * @param bias whether a number for each filter is added, default true
 * @param weightInitializer default heNormal
 * @param biasInitializer default zeros
 * @param regularizer penalty on the weight, default none
 */
public record Conv2d(
    int filters,
    Size2d kernel,
    Size2d stride,
    Padding padding,
    Size2d dilation,
    int groups,
    boolean bias,
    Initializer weightInitializer,
    Initializer biasInitializer,
    Optional<Regularizer> regularizer)
    implements Layer {
  /** Throws {@code SettingException} for sizes below 1 and groups that do not divide filters. */
  public Conv2d {
    Check.atLeast(1, "filters", filters);
    Check.atLeast(1, "groups", groups);
    SettingException.require(
        filters % groups == 0, "filters", filters, "a multiple of the groups, " + groups);
    kernel.atLeast(1, "kernel");
    stride.atLeast(1, "stride");
    dilation.atLeast(1, "dilation");
  }

  /** A convolution with the defaults. */
  public static Conv2d of(int filters, int kernel) {
    return new Conv2d(
        filters,
        Size2d.of(kernel),
        Size2d.of(1),
        Padding.VALID,
        Size2d.of(1),
        1,
        true,
        Initializer.heNormal(),
        Initializer.zeros(),
        Optional.empty());
  }

  /** The same with other strides and padding. */
  public Conv2d moving(Size2d stride, Padding padding) {
    return new Conv2d(
        filters,
        kernel,
        stride,
        padding,
        dilation,
        groups,
        bias,
        weightInitializer,
        biasInitializer,
        regularizer);
  }

  @Override
  public String kind() {
    return "conv";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape image = Images.only("conv2d", inputs);
    if (image.extent(0) % groups != 0) {
      throw new ShapeException(
          "conv2d with "
              + groups
              + " groups cannot divide "
              + image.extent(0)
              + " channels of "
              + image,
          "Choose groups that divide the channels.");
    }
    TensorType x = new TensorType(DType.F32, image.prepend(1));
    TensorType w = new TensorType(DType.F32, kernelShape(image));
    return new Convolution.Conv(geometry(image)).infer(List.of(x, w)).getFirst().shape().drop(1);
  }

  private Shape kernelShape(Shape image) {
    return Shape.of(filters, image.extent(0) / groups, kernel.height(), kernel.width());
  }

  private Convolution.Geometry geometry(Shape image) {
    Size2d reach =
        new Size2d(
            (kernel.height() - 1) * dilation.height() + 1,
            (kernel.width() - 1) * dilation.width() + 1);
    Padding.Explicit pad = padding.resolve(image, reach, stride);
    return new Convolution.Geometry(
        stride.list(),
        List.of(pad.top(), pad.left()),
        List.of(pad.bottom(), pad.right()),
        dilation.list(),
        groups);
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape shape = kernelShape(inputs.getFirst());
    WeightSpec weight = new WeightSpec("weight", shape, weightInitializer, regularizer);
    return bias
        ? List.of(weight, WeightSpec.of("bias", Shape.of(filters), biasInitializer))
        : List.of(weight);
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    Tensor y = x.apply(new Convolution.Conv(geometry(x.shape())), context.weight("weight"));
    return bias ? y.add(context.weight("bias").reshape(filters, 1, 1)) : y;
  }

  @Override
  public long flops(List<Shape> inputs) {
    long each = kernelShape(inputs.getFirst()).drop(1).size();
    return output(inputs).size() * (2 * each + (bias ? 1 : 0));
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("conv2d(" + filters + ", kernel = " + kernel);
    if (!stride.equals(Size2d.of(1))) {
      out.append(", stride = ").append(stride);
    }
    if (!padding.equals(Padding.VALID)) {
      out.append(", padding = ").append(padding);
    }
    if (!dilation.equals(Size2d.of(1))) {
      out.append(", dilation = ").append(dilation);
    }
    if (groups != 1) {
      out.append(", groups = ").append(groups);
    }
    return out.append(bias ? ")" : ", bias = false)").toString();
  }
}

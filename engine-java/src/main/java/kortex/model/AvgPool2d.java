package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.op.Pooling;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * The mean of each window, padding left out (PyTorch's {@code count_include_pad=False}): {@code
 * [batch, channels, h, w] → [batch, channels, h', w']} with {@code h' = ⌊(h + padding − size) /
 * stride⌋ + 1}.
 */
public record AvgPool2d(Window2d window) implements Layer {
  /** Windows side by side, without padding. */
  public static AvgPool2d of(int size) {
    return new AvgPool2d(Window2d.of(size));
  }

  @Override
  public String kind() {
    return "avgPool";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape image = Images.only("avgPool2d", inputs);
    TensorType x = new TensorType(DType.F32, image.prepend(1));
    return op(image).infer(List.of(x)).getFirst().shape().drop(1);
  }

  private Pooling.AvgPool op(Shape image) {
    return new Pooling.AvgPool(window.geometry(image));
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    return inputs.getFirst().apply(op(inputs.getFirst().shape()));
  }

  @Override
  public long flops(List<Shape> inputs) {
    return output(inputs).size() * window.size().height() * window.size().width();
  }

  @Override
  public String toString() {
    return "avgPool2d(" + window + ")";
  }
}

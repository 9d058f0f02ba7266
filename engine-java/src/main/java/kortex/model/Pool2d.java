package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.op.Pooling;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * One number for each window of an image: {@code [batch, channels, h, w] → [batch, channels, h',
 * w']} with {@code h' = ⌊(h + padding − size) / stride⌋ + 1}.
 */
public sealed interface Pool2d extends Layer permits MaxPool2d, AvgPool2d {
  /** Where the windows are. */
  Window2d window();

  /** What is computed in windows of a geometry. */
  Pooling op(Pooling.Geometry geometry);

  @Override
  default Shape output(List<Shape> inputs) {
    Shape image = Images.only(kind() + "2d", inputs);
    TensorType x = new TensorType(DType.F32, image.prepend(1));
    return op(window().geometry(image)).infer(List.of(x)).getFirst().shape().drop(1);
  }

  @Override
  default Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    return x.apply(op(window().geometry(x.shape())));
  }

  @Override
  default long flops(List<Shape> inputs) {
    return output(inputs).size() * window().size().height() * window().size().width();
  }
}

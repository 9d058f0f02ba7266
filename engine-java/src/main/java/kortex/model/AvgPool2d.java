package kortex.model;

import kortex.op.Pooling;

/** The mean of each window, padding left out (PyTorch's {@code count_include_pad=False}). */
public record AvgPool2d(Window2d window) implements Pool2d {
  /** Windows side by side, without padding. */
  public static AvgPool2d of(int size) {
    return new AvgPool2d(Window2d.of(size));
  }

  @Override
  public String kind() {
    return "avgPool";
  }

  @Override
  public Pooling op(Pooling.Geometry geometry) {
    return new Pooling.AvgPool(geometry);
  }

  @Override
  public String toString() {
    return "avgPool2d(" + window + ")";
  }
}

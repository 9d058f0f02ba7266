package kortex.model;

import kortex.op.Pooling;

/** The largest element of each window. */
public record MaxPool2d(Window2d window) implements Pool2d {
  /** Windows side by side, without padding. */
  public static MaxPool2d of(int size) {
    return new MaxPool2d(Window2d.of(size));
  }

  @Override
  public String kind() {
    return "maxPool";
  }

  @Override
  public Pooling op(Pooling.Geometry geometry) {
    return new Pooling.MaxPool(geometry);
  }

  @Override
  public String toString() {
    return "maxPool2d(" + window + ")";
  }
}

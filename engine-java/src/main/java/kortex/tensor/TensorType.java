package kortex.tensor;

/** What is known of a tensor before its values are: element type and shape. */
public record TensorType(DType dtype, Shape shape) {
  /** An f32 type of the given extents. */
  public static TensorType f32(long... extents) {
    return new TensorType(DType.F32, Shape.of(extents));
  }

  /** Number of elements. */
  public long size() {
    return shape.size();
  }

  /** Size of the dense value in bytes. */
  public long bytes() {
    return Math.multiplyExact(shape.size(), (long) dtype.bytes());
  }

  /** The same shape with another element type. */
  public TensorType as(DType other) {
    return new TensorType(other, shape);
  }

  /** The same element type with another shape. */
  public TensorType as(Shape other) {
    return new TensorType(dtype, other);
  }

  /** Written as {@code f32[64, 512]}. */
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}

package kortex.io;

import java.lang.foreign.MemorySegment;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * The value of a tensor as it is stored.
 *
 * @param type element type and shape
 * @param data the elements, row-major and little-endian, without gaps; bools are bytes 0 and 1
 */
public record StoredTensor(TensorType type, MemorySegment data) {
  /** Throws {@link ShapeException} when the data have not the size that the type needs. */
  public StoredTensor {
    if (data.byteSize() != type.bytes()) {
      throw new ShapeException(
          "a tensor of type %s needs %d bytes, the data have %d"
              .formatted(type, type.bytes(), data.byteSize()),
          "Give the data of the whole tensor.");
    }
  }

  @Override
  public String toString() {
    return type.toString();
  }
}

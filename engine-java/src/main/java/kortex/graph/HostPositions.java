package kortex.graph;

import java.lang.foreign.MemorySegment;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Positions that depend on values, so that they must be computed before a graph can go on. */
final class HostPositions {
  private HostPositions() {}

  /** Where a bool tensor holds, in row-major order; computed now. */
  static long[] where(Tensor mask) {
    if (mask.dtype() != DType.BOOL) {
      throw new DTypeException(
          "a mask needs truth values, got " + mask.type(), "Compare first: x lt 0.");
    }
    return notZero(mask);
  }

  private static long[] notZero(Tensor x) {
    MemorySegment data = x.compute().host();
    long[] found = new long[Math.toIntExact(x.type().size())];
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      if (HostMemory.get(data, x.dtype(), i) != 0) {
        found[count++] = i;
      }
    }
    return java.util.Arrays.copyOf(found, count);
  }

  /** The coordinates of all elements that are not 0, one row each. */
  static Tensor coordinates(Tensor x) {
    long[] positions = notZero(x);
    long[] strides = x.shape().strides();
    long[] out = new long[Math.multiplyExact(positions.length, strides.length)];
    for (int i = 0; i < positions.length; i++) {
      for (int axis = 0; axis < strides.length; axis++) {
        out[i * strides.length + axis] = positions[i] / strides[axis] % x.shape().extent(axis);
      }
    }
    TensorType type = new TensorType(DType.I64, Shape.of(positions.length, strides.length));
    return Tensor.constant(Storage.of(type, MemorySegment.ofArray(out)));
  }
}

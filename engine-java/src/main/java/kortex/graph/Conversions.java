package kortex.graph;

import java.lang.foreign.MemorySegment;
import kortex.tensor.ShapeException;

/** Computed values as Java sees them. */
public sealed interface Conversions extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** The elements in row-major order as f32, computed now. */
  default float[] toFloatArray() {
    MemorySegment data = self().compute().host();
    float[] out = new float[Math.toIntExact(type().size())];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) HostMemory.get(data, dtype(), i);
    }
    return out;
  }

  /** The elements in row-major order as f64, computed now. */
  default double[] toDoubleArray() {
    MemorySegment data = self().compute().host();
    double[] out = new double[Math.toIntExact(type().size())];
    for (int i = 0; i < out.length; i++) {
      out[i] = HostMemory.get(data, dtype(), i);
    }
    return out;
  }

  /** The only element, computed now. Throws {@link ShapeException} when there are more. */
  default double item() {
    if (type().size() != 1) {
      throw new ShapeException(
          "item() needs one element, " + type() + " has " + type().size(),
          "Reduce it first (sum, mean) or use toFloatArray().");
    }
    return HostMemory.get(self().compute().host(), dtype(), 0);
  }
}

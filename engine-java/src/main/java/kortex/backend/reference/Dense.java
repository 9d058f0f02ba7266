package kortex.backend.reference;

import java.lang.foreign.MemorySegment;
import kortex.graph.HostMemory;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** A dense row-major array. */
public record Dense(TensorType type, MemorySegment data) {
  Shape shape() {
    return type.shape();
  }

  DType dtype() {
    return type.dtype();
  }

  int size() {
    return Math.toIntExact(type.size());
  }

  double get(long i) {
    return HostMemory.get(data, type.dtype(), i);
  }

  long getLong(long i) {
    return HostMemory.getLong(data, type.dtype(), i);
  }

  void set(long i, double value) {
    HostMemory.set(data, type.dtype(), i, value);
  }

  void setLong(long i, long value) {
    HostMemory.setLong(data, type.dtype(), i, value);
  }

  double[] toDoubles() {
    double[] out = new double[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = get(i);
    }
    return out;
  }

  void setAll(double[] values) {
    for (int i = 0; i < values.length; i++) {
      set(i, values[i]);
    }
  }
}

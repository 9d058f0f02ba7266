package kortex.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.MemorySegment;
import kortex.graph.Storage;
import kortex.graph.Tensor;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;
import org.junit.jupiter.api.Test;

/** What networks draw in training. */
class TrainingScopeTest {
  /** Numbers of version 0.1: a saved seed gives the same dropout masks for ever. */
  @Test
  void aSeedKeepsItsMasks() {
    TensorType scalar = new TensorType(DType.I64, Shape.SCALAR);
    long[] seed = {1234567890123456789L};
    var scope = new TrainingScope(Tensor.of(Storage.of(scalar, MemorySegment.ofArray(seed))));
    float[] first = {0.19967711f, 0.46429837f, 0.4253801f, 0.20693082f, 0.23875964f, 0.78527963f};
    float[] eighth = {0.22401774f, 0.73034555f, 0.9957375f, 0.60411805f, 0.7647248f, 0.8440232f};
    assertArrayEquals(first, scope.uniform(TensorType.f32(2, 3)).toFloatArray());
    for (int i = 1; i < 7; i++) {
      scope.uniform(TensorType.f32(1)).toFloatArray();
    }
    assertArrayEquals(eighth, scope.uniform(TensorType.f32(2, 3)).toFloatArray());
  }
}

package kortex.model;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import kortex.graph.Storage;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/** What a parameter starts from. */
final class FirstValue {
  /** Elements that are filled at a time. */
  private static final int PIECE = 1 << 16;

  private FirstValue() {}

  /**
   * The storage of a parameter. Its values depend on the seed and the name alone, however and
   * whenever they are filled in.
   */
  static Storage of(WeightSpec weight, long seed, String name) {
    TensorType type = new TensorType(DType.F32, weight.shape());
    int size = Math.toIntExact(type.size());
    if (size > PIECE && weight.initializer().isPiecewise()) {
      return Storage.of(type, data -> pieces(weight, RandomStream.of(seed, name), data));
    }
    float[] values = new float[size];
    fill(weight, values, RandomStream.of(seed, name));
    return Storage.of(type, MemorySegment.ofArray(values));
  }

  private static void pieces(WeightSpec weight, RandomGenerator random, MemorySegment data) {
    float[] piece = new float[PIECE];
    MemorySegment from = MemorySegment.ofArray(piece);
    for (long at = 0; at < data.byteSize(); at += from.byteSize()) {
      fill(weight, piece, random);
      long bytes = Math.min(from.byteSize(), data.byteSize() - at);
      MemorySegment.copy(from, 0, data, at, bytes);
    }
  }

  private static void fill(WeightSpec weight, float[] values, RandomGenerator random) {
    weight.initializer().fill(values, Fans.of(weight.shape()), random);
  }
}

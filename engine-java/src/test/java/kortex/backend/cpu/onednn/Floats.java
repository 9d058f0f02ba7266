package kortex.backend.cpu.onednn;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** Float arrays in native memory, and their comparison. */
final class Floats {
  private Floats() {}

  /** Reproducible values between -1 and 1. */
  static float[] random(long seed, long length) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Math.toIntExact(length)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  static MemorySegment copy(Arena arena, float[] values) {
    return arena.allocateFrom(JAVA_FLOAT, values);
  }

  /** Memory of {@code length} floats that are not numbers, so that none is left out unseen. */
  static MemorySegment garbage(Arena arena, long length) {
    MemorySegment segment = arena.allocate(JAVA_FLOAT, length);
    for (long i = 0; i < length; i++) {
      segment.setAtIndex(JAVA_FLOAT, i, Float.NaN);
    }
    return segment;
  }

  /** Compares with a tolerance for sums of {@code terms} products of numbers up to 1. */
  static void assertClose(double[] expected, MemorySegment actual, long terms, String what) {
    double tolerance = 1.5e-6 * (2 + Math.sqrt(terms));
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          expected[i], actual.getAtIndex(JAVA_FLOAT, i), tolerance, what + ", element " + i);
    }
  }
}

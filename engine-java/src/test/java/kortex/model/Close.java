package kortex.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/** Comparison of numbers that two frameworks computed in f32. */
public final class Close {
  private Close() {}

  /** |actual − expected| ≤ tolerance · (1 + |expected|) everywhere. */
  public static void to(float[] expected, float[] actual, double tolerance, String what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(actual[i] - expected[i]);
      if (!(error <= tolerance * (1 + Math.abs(expected[i])))) {
        fail(what + ", element " + i + ": expected " + expected[i] + ", got " + actual[i]);
      }
    }
  }
}

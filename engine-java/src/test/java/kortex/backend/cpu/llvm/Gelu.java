package kortex.backend.cpu.llvm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** The kernel {@code gelu(x·a + b) + c} of {@code gelu.ll}, its data and its answer. */
public final class Gelu {
  /** The kernel's text; its function is {@code gelu}. */
  public static final String IR = read();

  private final int length;
  private final MemorySegment[] arrays;

  /** The table of the five arrays, the kernel's first argument. */
  public final MemorySegment buffers;

  /** Five arrays of {@code length} floats. */
  public Gelu(Arena arena, int length) {
    this.length = length;
    this.buffers = arena.allocate(ADDRESS, 5);
    this.arrays = new MemorySegment[5];
    for (int k = 0; k < 5; k++) {
      arrays[k] = arena.allocate(JAVA_FLOAT, length);
      buffers.setAtIndex(ADDRESS, k, arrays[k]);
      for (int i = 0; i < length; i++) {
        arrays[k].setAtIndex(JAVA_FLOAT, i, ((i * 37L + k * 11L) % 97 - 48) / 24f);
      }
    }
  }

  private static String read() {
    try (InputStream in = Gelu.class.getResourceAsStream("gelu.ll")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private float at(int array, int i) {
    return arrays[array].getAtIndex(JAVA_FLOAT, i);
  }

  /** Checks the elements {@code [begin, end)} of the result against a loop in double. */
  public void check(int begin, int end) {
    for (int i = begin; i < end; i++) {
      double z = (double) at(0, i) * at(1, i) + at(2, i);
      double u = Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z);
      double expected = 0.5 * z * (1 + Math.tanh(u)) + at(3, i);
      assertEquals(expected, at(4, i), 2e-6 * (1 + Math.abs(expected)), "element " + i);
    }
  }

  /** The number of elements. */
  public int length() {
    return length;
  }
}

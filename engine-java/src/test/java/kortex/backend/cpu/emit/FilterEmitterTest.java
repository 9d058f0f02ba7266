package kortex.backend.cpu.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kortex.backend.cpu.llvm.LlvmTarget;
import kortex.op.Epilogue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class FilterEmitterTest {
  /** Images, height, width, in, out, kernel height, kernel width, stride, top, left, padding. */
  private static final int[][] SHAPES = {
    {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0},
    {2, 5, 7, 3, 17, 3, 3, 1, 1, 1, 1},
    {1, 32, 32, 3, 16, 3, 3, 1, 1, 1, 1},
    {1, 9, 33, 6, 1, 5, 5, 1, 2, 2, 2},
    {3, 8, 8, 64, 64, 3, 3, 1, 1, 1, 1},
    {1, 8, 9, 64, 70, 3, 2, 2, 1, 0, 1},
    {2, 16, 16, 17, 33, 1, 1, 2, 0, 0, 0},
    {1, 6, 40, 31, 6, 3, 7, 3, 2, 3, 2},
    {2, 3, 3, 65, 40, 3, 3, 1, 0, 0, 0},
    {1, 2, 2, 9, 20, 5, 5, 1, 4, 4, 4}
  };

  private final EmittedCode code = new EmittedCode();

  @AfterAll
  void close() {
    code.close();
  }

  private static Filter filter(int[] s, Epilogue epilogue) {
    int outHeight = (s[1] + s[8] + s[10] - s[5]) / s[7] + 1;
    int outWidth = (s[2] + s[9] + s[10] - s[6]) / s[7] + 1;
    return new Filter(
        s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9], outHeight, outWidth, epilogue);
  }

  /** The machine's own vectors, and those of narrower machines, which it runs as well. */
  @ParameterizedTest
  @ValueSource(ints = {0, 256, 128})
  void filtersAreThoseOfJava(int bits) {
    for (int i = 0; i < SHAPES.length; i++) {
      check(filter(SHAPES[i], Epilogue.NONE), code.target(bits));
      check(filter(SHAPES[i], EmittedCode.epilogue(1 + i * 5 % 15, 3)), code.target(bits));
    }
  }

  private void check(Filter f, LlvmTarget target) {
    ModuleEmitter.Module module =
        ModuleEmitter.emit(List.of(), List.of(f), target.vectorBits(), "f");
    float[] x = code.random(f.images() * f.height() * f.width() * f.in());
    float[] w = code.random(f.out() * f.in() * f.taps());
    int size = f.rows() * f.outWidth() * f.out();
    List<float[]> operands = code.operands(f.epilogue(), f.out(), size);
    List<float[]> inputs = new ArrayList<>(List.of(x));
    inputs.addAll(operands);
    String name = Objects.requireNonNull(module.vectorised().get(f));
    int bits = target.vectorBits();
    long packed = f.packedBytes(bits);
    var pack = new EmittedCode.Function(name + ".pack", List.of(w), 0, packed, f.taps());
    var run = new EmittedCode.Function(name, inputs, size, packed, f.pieces(bits));
    float[] y = code.run(target, module.text(), List.of(pack), run);
    for (int i = 0; i < size; i++) {
      double expected = EmittedCode.apply(f.epilogue(), operands, sum(f, x, w, i), i % f.out(), i);
      assertEquals(expected, y[i], 1e-6 * f.in() * f.taps() + 1e-6, f + " at " + i);
    }
  }

  private static double sum(Filter f, float[] x, float[] w, int i) {
    int o = i % f.out();
    int ox = i / f.out() % f.outWidth();
    int oy = i / f.out() / f.outWidth() % f.outHeight();
    int image = i / f.out() / f.outWidth() / f.outHeight();
    double sum = 0;
    for (int tap = 0; tap < f.taps(); tap++) {
      int iy = oy * f.stride() - f.top() + tap / f.kernelWidth();
      int ix = ox * f.stride() - f.left() + tap % f.kernelWidth();
      if (iy < 0 || iy >= f.height() || ix < 0 || ix >= f.width()) {
        continue;
      }
      for (int c = 0; c < f.in(); c++) {
        double value = x[((image * f.height() + iy) * f.width() + ix) * f.in() + c];
        sum += value * w[(o * f.in() + c) * f.taps() + tap];
      }
    }
    return sum;
  }
}

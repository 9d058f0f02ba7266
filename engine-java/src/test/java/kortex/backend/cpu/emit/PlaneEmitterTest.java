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
class PlaneEmitterTest {
  /** Images, height, width, in, out, kernel height, kernel width, top, left, bottom, right. */
  private static final int[][] SHAPES = {
    {1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0},
    {19, 28, 28, 1, 6, 5, 5, 2, 2, 2, 2},
    {9, 14, 14, 6, 16, 5, 5, 0, 0, 0, 0},
    {2, 5, 33, 3, 17, 3, 2, 1, 1, 1, 0},
    {3, 4, 64, 17, 3, 1, 7, 0, 3, 0, 3},
    {2, 2, 12, 5, 64, 4, 4, 3, 3, 3, 3},
    {1, 9, 10, 1, 1, 3, 3, 1, 0, 0, 2}
  };

  private final EmittedCode code = new EmittedCode();

  @AfterAll
  void close() {
    code.close();
  }

  private static Filter filter(int[] s, Epilogue epilogue) {
    int outHeight = s[1] + s[7] + s[9] - s[5] + 1;
    int outWidth = s[2] + s[8] + s[10] - s[6] + 1;
    return new Filter(
        s[0], s[1], s[2], s[3], s[4], s[5], s[6], 1, s[7], s[8], outHeight, outWidth, epilogue);
  }

  /** The machine's own vectors, and those of narrower machines, which it runs as well. */
  @ParameterizedTest
  @ValueSource(ints = {0, 256, 128})
  void planesAreThoseOfJava(int bits) {
    LlvmTarget target = code.target(bits);
    for (int i = 0; i < SHAPES.length; i++) {
      result(filter(SHAPES[i], Epilogue.NONE), target);
      result(filter(SHAPES[i], EmittedCode.epilogue(1 + i * 5 % 15, 1)), target);
      gradients(filter(SHAPES[i], Epilogue.NONE), target);
    }
  }

  /** Adds up products of elements of input, weights and result. */
  private interface Product {
    void add(int x, int w, int y);
  }

  private static void each(Filter f, Product product) {
    for (int i = 0; i < f.rows() * f.outWidth() * f.out(); i++) {
      int ox = i % f.outWidth();
      int oy = i / f.outWidth() % f.outHeight();
      int o = i / f.outWidth() / f.outHeight() % f.out();
      int image = i / f.outWidth() / f.outHeight() / f.out();
      for (int j = 0; j < f.in() * f.taps(); j++) {
        int iy = oy - f.top() + j % f.taps() / f.kernelWidth();
        int ix = ox - f.left() + j % f.kernelWidth();
        if (iy >= 0 && iy < f.height() && ix >= 0 && ix < f.width()) {
          int c = j / f.taps();
          int x = ((image * f.in() + c) * f.height() + iy) * f.width() + ix;
          product.add(x, o * f.in() * f.taps() + j, i);
        }
      }
    }
  }

  private static int inputSize(Filter f) {
    return f.images() * f.in() * f.height() * f.width();
  }

  private static int weightSize(Filter f) {
    return f.out() * f.in() * f.taps();
  }

  private static int resultSize(Filter f) {
    return f.rows() * f.outWidth() * f.out();
  }

  private float[] run(Planes planes, LlvmTarget target, List<float[]> inputs, int size) {
    int bits = target.vectorBits();
    ModuleEmitter.Module module = ModuleEmitter.emit(List.of(), List.of(planes), bits, "p");
    String name = Objects.requireNonNull(module.vectorised().get(planes));
    boolean adds = planes.second().isPresent();
    long scratch = planes.scratchBytes(bits);
    var first = new EmittedCode.Function(name, inputs, adds ? 0 : size, scratch, planes.pieces());
    if (!adds) {
      return code.run(target, module.text(), List.of(), first);
    }
    var second = new EmittedCode.Function(name + ".add", List.of(), size, scratch, 1);
    return code.run(target, module.text(), List.of(first), second);
  }

  private void result(Filter f, LlvmTarget target) {
    float[] x = code.random(inputSize(f));
    float[] w = code.random(weightSize(f));
    List<float[]> operands = code.operands(f.epilogue(), f.out(), resultSize(f));
    List<float[]> inputs = new ArrayList<>(List.of(x, w));
    inputs.addAll(operands);
    double[] expected = new double[resultSize(f)];
    each(f, (i, j, o) -> expected[o] += (double) x[i] * w[j]);
    int plane = f.outHeight() * f.outWidth();
    for (int i = 0; i < expected.length; i++) {
      int channel = i / plane % f.out();
      expected[i] = EmittedCode.apply(f.epilogue(), operands, expected[i], channel, i);
    }
    Planes planes = new Planes(f, Planes.Result.IMAGES);
    same(expected, run(planes, target, inputs, expected.length), planes);
  }

  private void gradients(Filter f, LlvmTarget target) {
    float[] x = code.random(inputSize(f));
    float[] w = code.random(weightSize(f));
    float[] dy = code.random(resultSize(f));
    double[] dx = new double[x.length];
    double[] dw = new double[w.length];
    each(
        f,
        (i, j, o) -> {
          dx[i] += (double) w[j] * dy[o];
          dw[j] += (double) x[i] * dy[o];
        });
    Planes weights = new Planes(f, Planes.Result.WEIGHT_GRADIENT);
    same(dw, run(weights, target, List.of(x, dy), dw.length), weights);
    Planes inputs = Planes.inputGradient(f);
    same(dx, run(inputs, target, List.of(dy, w), dx.length), inputs);
  }

  private static void same(double[] expected, float[] got, Planes planes) {
    for (int i = 0; i < expected.length; i++) {
      double tolerance = 1e-6 * planes.filter().flops() / expected.length + 1e-5;
      assertEquals(expected[i], got[i], tolerance, planes + " at " + i);
    }
  }
}

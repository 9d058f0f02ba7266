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
class ProductEmitterTest {
  private static final int[][] SIZES = {
    {1, 1, 1},
    {1, 7, 1},
    {16, 4, 16},
    {16, 16, 3},
    {3, 16, 16},
    {13, 5, 17},
    {25, 1, 33},
    {31, 33, 15},
    {2, 64, 100},
    {100, 3, 2},
    {24, 9, 32},
    {49, 8, 48},
    {7, 31, 65},
    {1, 784, 10},
    {1, 70, 40},
    {4, 33, 21}
  };

  private final EmittedCode code = new EmittedCode();

  @AfterAll
  void close() {
    code.close();
  }

  /** The machine's own vectors, and those of narrower machines, which it runs as well. */
  @ParameterizedTest
  @ValueSource(ints = {0, 256, 128})
  void productsAreThoseOfJava(int bits) {
    for (int i = 0; i < SIZES.length; i++) {
      int[] size = SIZES[i];
      for (int t = 0; t < 4; t++) {
        boolean a = (t & 1) != 0;
        boolean b = (t & 2) != 0;
        check(new Product(size[0], size[1], size[2], a, b), code.target(bits));
        Epilogue epilogue = EmittedCode.epilogue(2 + 2 * ((i + t) % 7), 1);
        check(new Product(size[0], size[1], size[2], a, b, epilogue), code.target(bits));
      }
    }
  }

  private void check(Product p, LlvmTarget target) {
    int bits = target.vectorBits();
    ModuleEmitter.Module module = ModuleEmitter.emit(List.of(), List.of(p), bits, "p");
    float[] a = code.random(p.m() * p.k());
    float[] b = code.random(p.k() * p.n());
    List<float[]> operands = code.operands(p.epilogue(), p.n(), p.m() * p.n());
    List<float[]> inputs = new ArrayList<>(List.of(a, b));
    inputs.addAll(operands);
    String name = Objects.requireNonNull(module.vectorised().get(p));
    var run =
        new EmittedCode.Function(name, inputs, p.m() * p.n(), p.scratchBytes(bits), p.pieces(bits));
    float[] c = code.run(target, module.text(), List.of(), run);
    for (int i = 0; i < c.length; i++) {
      double sum = sum(p, a, b, i / p.n(), i % p.n());
      double expected = EmittedCode.apply(p.epilogue(), operands, sum, i % p.n(), i);
      assertEquals(expected, c[i], 1e-6 * p.k() + 1e-6, p + " at " + i);
    }
  }

  private static double sum(Product p, float[] a, float[] b, int i, int j) {
    double sum = 0;
    for (int k = 0; k < p.k(); k++) {
      double x = a[p.transposeA() ? k * p.m() + i : i * p.k() + k];
      sum += x * b[p.transposeB() ? j * p.k() + k : k * p.n() + j];
    }
    return sum;
  }
}

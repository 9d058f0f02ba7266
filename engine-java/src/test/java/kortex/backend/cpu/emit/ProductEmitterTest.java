package kortex.backend.cpu.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import kortex.backend.cpu.calls.CallList;
import kortex.backend.cpu.calls.CallRunner;
import kortex.backend.cpu.calls.CallTable;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.LlvmTarget;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.backend.cpu.natives.TestLibraries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class ProductEmitterTest {
  private static final int GUARD = 64;
  private static final float UNTOUCHED = 12345;
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
    {7, 31, 65}
  };

  private final LlvmCompiler compiler = LlvmCompiler.open(TestLibraries.SHARED).withoutCache();
  private final CallRunner runner = CallRunner.open(TestLibraries.SHARED, compiler);

  @AfterAll
  void close() {
    runner.close();
  }

  /** The machine's own vectors, and those of narrower machines, which it runs as well. */
  @ParameterizedTest
  @ValueSource(ints = {0, 256, 128})
  void productsAreThoseOfJava(int bits) {
    LlvmTarget own = compiler.target();
    LlvmTarget target =
        bits == 0
            ? own
            : own.restrictedTo(
                bits == 256 ? "haswell" : "x86-64", bits == 256 ? "+avx2,+fma" : "", bits);
    for (int[] size : SIZES) {
      for (int t = 0; t < 4; t++) {
        Product product = new Product(size[0], size[1], size[2], (t & 1) != 0, (t & 2) != 0);
        check(product, target);
      }
    }
  }

  private void check(Product product, LlvmTarget target) {
    ModuleEmitter.Module module =
        ModuleEmitter.emit(List.of(), List.of(product), target.vectorBits(), "p");
    byte[] object = compiler.withTarget(target).compile(product.toString(), module.text());
    // Fused multiply-add is a library call where the machine has none.
    try (NativeCode code = compiler.link(List.of(object), Map.of());
        Arena arena = Arena.ofShared()) {
      RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
      MemorySegment a = random(arena, product.m() * product.k(), random);
      MemorySegment b = random(arena, product.k() * product.n(), random);
      long size = (long) product.m() * product.n();
      MemorySegment c = arena.allocate(ValueLayout.JAVA_FLOAT, size + 2 * GUARD);
      for (long i = 0; i < size + 2 * GUARD; i++) {
        c.setAtIndex(ValueLayout.JAVA_FLOAT, i, UNTOUCHED);
      }
      CallList calls = CallList.of(arena, runner.threads());
      int pieces = product.pieces(target.vectorBits());
      MemorySegment address = code.symbol(Objects.requireNonNull(module.products().get(product)));
      MemorySegment scratch =
          arena.allocate(Math.max(1, product.scratchBytes(target.vectorBits())), 64);
      calls.kernel(address, List.of(0, 1, 2), List.of(scratch), pieces, 1, runner.threads());
      CallTable table = calls.table();
      CallTable.Handles none = (handle, at) -> {};
      table.place(0, a.address(), none);
      table.place(1, b.address(), none);
      table.place(2, c.address() + GUARD * Float.BYTES, none);
      assertEquals(table.size(), runner.run(table, 0));
      compare(product, a, b, c);
    }
  }

  private static void compare(Product p, MemorySegment a, MemorySegment b, MemorySegment c) {
    for (int i = 0; i < p.m(); i++) {
      for (int j = 0; j < p.n(); j++) {
        double sum = 0;
        for (int k = 0; k < p.k(); k++) {
          double x = at(a, p.transposeA() ? k * p.m() + i : i * p.k() + k);
          sum += x * at(b, p.transposeB() ? j * p.k() + k : k * p.n() + j);
        }
        String where = p + " at " + i + ", " + j;
        assertEquals(sum, at(c, GUARD + i * p.n() + j), 1e-6 * p.k(), where);
      }
    }
    int end = GUARD + p.m() * p.n();
    for (int i = 0; i < GUARD; i++) {
      assertEquals(UNTOUCHED, at(c, i), p + " before");
      assertEquals(UNTOUCHED, at(c, end + i), p + " behind");
    }
  }

  private static float at(MemorySegment data, int i) {
    return data.getAtIndex(ValueLayout.JAVA_FLOAT, i);
  }

  private static MemorySegment random(Arena arena, int size, RandomGenerator random) {
    MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT, size);
    for (int i = 0; i < size; i++) {
      out.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
    }
    return out;
  }
}

package kortex.backend.cpu.emit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeSettings;
import kortex.kernel.Expr;
import kortex.kernel.Kernel;
import kortex.kernel.Stmt;
import kortex.scalar.Prim;
import kortex.tensor.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kernels of half precision are loops over vectors that call nothing. */
class HalfKernelTest {
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void loopsOverHalvesVectorise(DType dtype) {
    LlvmCompiler compiler =
        LlvmCompiler.open(NativeLibraries.open(NativeSettings.fromEnvironment()));
    String avx2 =
        compiler
            .withTarget(compiler.target().restrictedTo("haswell", "", 256))
            .assembly("square", ModuleEmitter.emit(List.of(square(dtype))).text());
    assertTrue(avx2.contains("vmulps") && avx2.contains("%ymm"), avx2);
    assertFalse(avx2.contains("__trunc") || avx2.contains("__extend"), avx2);
  }

  /** y[i] = x[i]², computed in f32. */
  private static Kernel square(DType dtype) {
    Expr.Local i = new Expr.Local(0, DType.I64);
    Expr.Local x = new Expr.Local(1, DType.F32);
    Expr loaded = new Expr.Apply(Prim.CAST, List.of(new Expr.Load(0, i, dtype)), DType.F32);
    Expr product = new Expr.Apply(Prim.MUL, List.of(x, x), DType.F32);
    Expr rounded = new Expr.Apply(Prim.CAST, List.of(product), dtype);
    List<Stmt> body = List.of(new Stmt.Let(1, loaded), new Stmt.Store(1, i, rounded));
    return new Kernel(
        List.of(new Kernel.Param(dtype, false), new Kernel.Param(dtype, true)),
        1000,
        1,
        List.of(new Stmt.For(0, new Expr.Begin(), new Expr.End(), body)));
  }
}

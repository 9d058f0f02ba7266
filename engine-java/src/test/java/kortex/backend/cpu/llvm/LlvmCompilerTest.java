package kortex.backend.cpu.llvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import kortex.backend.cpu.natives.CFunction;
import kortex.backend.cpu.natives.TestLibraries;
import org.junit.jupiter.api.Test;

class LlvmCompilerTest {
  private final LlvmCompiler compiler = LlvmCompiler.open(TestLibraries.SHARED).withoutCache();

  @Test
  void compiledKernelComputesWhatJavaDoes() {
    try (NativeCode code = compiler.link(compiler.compile("gelu", Gelu.IR));
        Arena arena = Arena.ofConfined()) {
      Gelu gelu = new Gelu(arena, 1003);
      CFunction kernel = new CFunction("gelu", code.symbol("gelu"));
      kernel.call(gelu.buffers.address(), 0, 1003);
      gelu.check(0, 1003);
    }
  }

  @Test
  void loopsUseTheWidestVectorsOfTheTarget() {
    LlvmTarget host = compiler.target();
    String avx2 =
        compiler.withTarget(host.restrictedTo("haswell", "", 256)).assembly("gelu", Gelu.IR);
    String avx512 =
        compiler.withTarget(host.restrictedTo("skylake-avx512", "", 512)).assembly("gelu", Gelu.IR);
    assertTrue(avx2.contains("vfmadd") && avx2.contains("%ymm"), avx2);
    assertFalse(avx2.contains("%zmm"), avx2);
    assertTrue(avx512.contains("%zmm"), avx512);
  }

  @Test
  void codeRestrictedToAvx2RunsToo() {
    assumeTrue(compiler.target().has("avx2"));
    LlvmTarget haswell = compiler.target().restrictedTo("haswell", "", 256);
    byte[] object = compiler.withTarget(haswell).compile("gelu", Gelu.IR);
    try (NativeCode code = compiler.link(object);
        Arena arena = Arena.ofConfined()) {
      Gelu gelu = new Gelu(arena, 77);
      new CFunction("gelu", code.symbol("gelu")).call(gelu.buffers.address(), 5, 70);
      gelu.check(5, 70);
    }
  }

  @Test
  void textThatIsNotIrIsATypedError() {
    KernelCompileException error =
        assertThrows(
            KernelCompileException.class,
            () -> compiler.compile("broken", "define void @f() {\n  ret i32 %nope\n}\n"));
    assertTrue(error.what().contains("Parsing of kernel broken"), error.what());
    assertTrue(error.what().contains("nope"), error.what());
  }

  @Test
  void invalidModuleIsATypedError() {
    String selfReference =
        "define i32 @f() {\n  %a = add i32 %b, 1\n  %b = add i32 %a, 1\n" + "  ret i32 %b\n}\n";
    KernelCompileException error =
        assertThrows(KernelCompileException.class, () -> compiler.compile("loop", selfReference));
    assertTrue(error.what().contains("dominate"), error.what());
  }

  @Test
  void errorsOfTheCodeGeneratorDoNotEndTheProcess() {
    String assembler =
        "define void @f() {\n  call void asm sideeffect \"bogus\", \"\"()\n" + "  ret void\n}\n";
    KernelCompileException error =
        assertThrows(KernelCompileException.class, () -> compiler.compile("asm", assembler));
    assertTrue(error.what().contains("bogus"), error.what());
  }

  @Test
  void missingFunctionIsATypedError() {
    try (NativeCode code = compiler.link(compiler.compile("gelu", Gelu.IR))) {
      assertThrows(KernelCompileException.class, () -> code.symbol("absent"));
    }
    assertThrows(KernelCompileException.class, () -> compiler.link(new byte[100]).close());
  }

  @Test
  void libmAndGivenSymbolsResolve() {
    String ir =
        """
        declare double @cosh(double)
        declare i64 @seven()
        define i64 @f(ptr %x) {
          %v = load double, ptr %x
          %c = call double @cosh(double %v)
          store double %c, ptr %x
          %s = call i64 @seven()
          ret i64 %s
        }
        """;
    byte[] seven = compiler.compile("seven", "define i64 @seven() {\n  ret i64 7\n}\n");
    byte[] caller = compiler.compile("f", ir);
    try (NativeCode library = compiler.link(seven);
        NativeCode alone =
            compiler.link(List.of(caller), Map.of("seven", library.symbol("seven")));
        NativeCode together = compiler.link(List.of(caller, seven), Map.of());
        Arena arena = Arena.ofConfined()) {
      for (NativeCode code : List.of(alone, together)) {
        MemorySegment x = arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_DOUBLE, 1.5);
        assertEquals(7, new CFunction("f", code.symbol("f")).call(x.address()));
        assertEquals(Math.cosh(1.5), x.get(java.lang.foreign.ValueLayout.JAVA_DOUBLE, 0), 1e-15);
      }
    }
  }

  @Test
  void closedCodeGivesNoSymbols() {
    NativeCode code = compiler.link(compiler.compile("gelu", Gelu.IR));
    MemorySegment symbol = code.symbol("gelu");
    code.close();
    code.close();
    assertFalse(symbol.scope().isAlive());
    assertThrows(IllegalStateException.class, () -> code.symbol("gelu"));
  }

  @Test
  void severalThreadsCompileAtOnceToTheSameBytes() throws Exception {
    byte[] expected = compiler.compile("gelu", Gelu.IR);
    try (var pool = Executors.newFixedThreadPool(3)) {
      List<Callable<byte[]>> tasks = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        tasks.add(() -> compiler.compile("gelu", Gelu.IR));
      }
      for (Future<byte[]> result : pool.invokeAll(tasks)) {
        assertArrayEquals(expected, result.get());
      }
    }
  }
}

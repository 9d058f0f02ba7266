package kortex.backend.cpu.emit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kortex.kernel.Kernel;

/** Writes the kernels of a plan as one LLVM module. */
public final class ModuleEmitter {
  private ModuleEmitter() {}

  /**
   * A module as text.
   *
   * @param text LLVM IR
   * @param names the function of each kernel; equal kernels share one
   * @param vectorised the function of each computation in vectors; equal ones share one
   */
  public record Module(
      String text, Map<Kernel.Code, String> names, Map<Vectorised, String> vectorised) {}

  /** Emits kernels as functions {@code k0}, {@code k1}, …; equal ones once. */
  public static Module emit(List<Kernel> kernels) {
    return emit(kernels.stream().map(Kernel::code).toList(), List.of(), 0, "k");
  }

  /**
   * Emits kernels and computations in vectors as functions whose names begin with {@code prefix};
   * equal ones once.
   *
   * @param vectorBits how wide vectors are
   */
  public static Module emit(
      List<Kernel.Code> kernels,
      List<? extends Vectorised> vectorised,
      int vectorBits,
      String prefix) {
    Map<Kernel.Code, String> names = new LinkedHashMap<>();
    Map<Vectorised, String> written = new LinkedHashMap<>();
    StringBuilder functions = new StringBuilder();
    Set<String> declarations = new TreeSet<>();
    Set<String> math = new TreeSet<>();
    for (Kernel.Code kernel : kernels) {
      if (!names.containsKey(kernel)) {
        String name = prefix + names.size();
        names.put(kernel, name);
        functions.append(KernelEmitter.emit(kernel, name, declarations, math));
      }
    }
    for (Vectorised each : vectorised) {
      if (!written.containsKey(each)) {
        String name = prefix + "v" + written.size();
        written.put(each, name);
        functions.append(emit(each, vectorBits, name, declarations, math));
      }
    }
    String library = MathFunctions.define(math);
    if (!library.isEmpty()) {
      declarations.add("declare float @llvm.fma.f32(float, float, float)");
      declarations.add("declare float @llvm.fabs.f32(float)");
      declarations.add("declare double @llvm.fabs.f64(double)");
      declarations.add("declare float @llvm.copysign.f32(float, float)");
      declarations.add("declare float @llvm.floor.f32(float)");
      declarations.add("declare double @llvm.fma.f64(double, double, double)");
    }
    return new Module(String.join("\n", declarations) + "\n" + library + functions, names, written);
  }

  private static String emit(
      Vectorised computation,
      int vectorBits,
      String name,
      Set<String> declarations,
      Set<String> math) {
    return switch (computation) {
      case Product product -> ProductEmitter.emit(product, vectorBits, name, declarations);
      case Filter filter -> FilterEmitter.emit(filter, vectorBits, name, declarations);
      case Planes planes ->
          planes.result() == Planes.Result.WEIGHT_GRADIENT
              ? PlaneGradientEmitter.emit(planes, vectorBits, name, declarations)
              : PlaneEmitter.emit(planes, vectorBits, name, declarations);
      case AttentionPass pass -> AttentionEmitter.emit(pass, vectorBits, name, declarations, math);
    };
  }
}

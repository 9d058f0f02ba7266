package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import kortex.backend.Backend.Effort;
import kortex.backend.cpu.emit.ModuleEmitter;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.backend.cpu.llvm.Recipe;
import kortex.kernel.Kernel;
import kortex.plan.Plan;

/**
 * Machine code for the kernels of a plan. They are spread over as many modules as there are cores,
 * which are compiled at the same time; the code of a kernel does not depend on its module.
 */
final class KernelCode {
  /** Scalar operations of a run that take less time, whatever the code, than making good code. */
  private static final double LITTLE_WORK = 1 << 15;

  private KernelCode() {}

  private record Part(ModuleEmitter.Module module, Recipe recipe) {}

  /** The address of each kernel; the code is closed with {@code owned}. */
  static Map<Kernel, MemorySegment> link(
      LlvmCompiler compiler, Plan plan, Effort effort, List<AutoCloseable> owned) {
    List<Part> parts = parts(plan, effort);
    if (parts.isEmpty()) {
      return Map.of();
    }
    List<byte[]> objects =
        parts.parallelStream()
            .map(p -> compiler.compile("plan", p.module().text(), p.recipe()))
            .toList();
    NativeCode code = compiler.link(objects, Map.of());
    owned.add(code);
    Map<Kernel, MemorySegment> out = new HashMap<>();
    for (Part part : parts) {
      part.module().names().forEach((kernel, name) -> out.put(kernel, code.symbol(name)));
    }
    return out;
  }

  private static List<Part> parts(Plan plan, Effort effort) {
    Map<Recipe, Set<Kernel>> kernels = new EnumMap<>(Recipe.class);
    for (Plan part : plan.all()) {
      for (Plan.Step step : part.steps()) {
        if (step instanceof Plan.KernelStep s) {
          Recipe recipe = recipe(s.kernel(), effort);
          kernels.computeIfAbsent(recipe, r -> new LinkedHashSet<>()).add(s.kernel());
        }
      }
    }
    List<Part> out = new ArrayList<>();
    kernels.forEach((recipe, of) -> split(recipe, of, out));
    return out;
  }

  private static Recipe recipe(Kernel kernel, Effort effort) {
    double work = (double) kernel.extent() * kernel.work();
    return effort == Effort.QUICK && work < LITTLE_WORK ? Recipe.DRAFT : Recipe.VECTORS;
  }

  private static void split(Recipe recipe, Set<Kernel> kernels, List<Part> into) {
    int count = Math.min(kernels.size(), Runtime.getRuntime().availableProcessors());
    List<List<Kernel>> modules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      modules.add(new ArrayList<>());
    }
    int next = 0;
    for (Kernel kernel : kernels) {
      modules.get(next++ % count).add(kernel);
    }
    for (int i = 0; i < count; i++) {
      String prefix = recipe.name().toLowerCase(Locale.ROOT) + i + "_";
      into.add(new Part(ModuleEmitter.emit(modules.get(i), prefix), recipe));
    }
  }
}

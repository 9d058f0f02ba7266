package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    work(plan, 1)
        .forEach((kernel, work) -> {
          boolean draft = effort == Effort.QUICK && work < LITTLE_WORK;
          Recipe recipe = draft ? Recipe.DRAFT : Recipe.VECTORS;
          kernels.computeIfAbsent(recipe, r -> new LinkedHashSet<>()).add(kernel);
        });
    List<Part> out = new ArrayList<>();
    kernels.forEach((recipe, of) -> split(recipe, of, out));
    return out;
  }

  /** The scalar operations of each kernel in one run of the plan, in all rounds of its loops. */
  private static Map<Kernel, Double> work(Plan plan, double rounds) {
    Map<Kernel, Double> out = new LinkedHashMap<>();
    for (Plan.Step step : plan.steps()) {
      if (step instanceof Plan.KernelStep s) {
        double once = (double) s.kernel().extent() * s.kernel().work();
        out.merge(s.kernel(), rounds * once, Double::sum);
      } else if (step instanceof Plan.NestedStep nested) {
        double length = nested instanceof Plan.LoopStep loop ? loop.scan().length() : 1;
        for (Plan part : nested.plans()) {
          work(part, rounds * length).forEach((kernel, w) -> out.merge(kernel, w, Double::sum));
        }
      }
    }
    return out;
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

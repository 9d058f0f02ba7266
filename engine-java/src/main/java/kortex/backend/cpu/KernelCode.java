package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kortex.backend.Backend.Effort;
import kortex.backend.cpu.emit.ModuleEmitter;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.kernel.Kernel;
import kortex.plan.Plan;

/**
 * Machine code for the kernels of a plan. They are spread over as many modules as there are cores,
 * which are compiled at the same time; the code of a kernel does not depend on its module.
 */
final class KernelCode {
  /** Scalar operations of a run below which vectors save less than compiling them costs. */
  private static final double LITTLE_WORK = 1 << 16;

  private KernelCode() {}

  private record Part(ModuleEmitter.Module module, String passes) {}

  /** The address of each kernel; the code is closed with {@code owned}. */
  static Map<Kernel, MemorySegment> link(
      LlvmCompiler compiler, Plan plan, Effort effort, List<AutoCloseable> owned) {
    List<Part> parts = parts(plan, effort);
    if (parts.isEmpty()) {
      return Map.of();
    }
    List<byte[]> objects =
        parts.parallelStream()
            .map(p -> compiler.compile("plan", p.module().text(), p.passes()))
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
    Set<Kernel> quick = new LinkedHashSet<>();
    Set<Kernel> thorough = new LinkedHashSet<>();
    for (Plan.Step step : plan.steps()) {
      if (step instanceof Plan.KernelStep s) {
        (effort == Effort.QUICK && isLittle(s.kernel()) ? quick : thorough).add(s.kernel());
      }
    }
    List<Part> out = new ArrayList<>();
    split("q", quick, LlvmCompiler.QUICK_PASSES, out);
    split("k", thorough, LlvmCompiler.PASSES, out);
    return out;
  }

  private static boolean isLittle(Kernel kernel) {
    return (double) kernel.extent() * kernel.work() < LITTLE_WORK;
  }

  private static void split(String prefix, Set<Kernel> kernels, String passes, List<Part> into) {
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
      into.add(new Part(ModuleEmitter.emit(modules.get(i), prefix + i + "_"), passes));
    }
  }
}

package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import kortex.backend.Backend.Effort;
import kortex.backend.NativeMemory;
import kortex.backend.cpu.emit.AttentionPass;
import kortex.backend.cpu.emit.Filter;
import kortex.backend.cpu.emit.ModuleEmitter;
import kortex.backend.cpu.emit.Planes;
import kortex.backend.cpu.emit.Product;
import kortex.backend.cpu.emit.Vectorised;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.backend.cpu.llvm.Recipe;
import kortex.kernel.Kernel;
import kortex.plan.Plan;

/**
 * Machine code for the kernels of a plan, and for what of it is computed in vectors. It is spread
 * over as many modules as there are cores, which are compiled at the same time; the code of a
 * kernel does not depend on its module.
 */
final class KernelCode {
  /** Scalar operations of a run that take less time, whatever the code, than making good code. */
  private static final double LITTLE_WORK = 1 << 15;

  /** By what is compiled: kernels that differ in extent and cost only share their code. */
  private final Map<Kernel.Code, MemorySegment> kernels = new HashMap<>();

  private final Map<Vectorised, Functions> vectorised = new HashMap<>();
  private final int vectorBits;

  /** What computations in vectors need while they run: one at a time. */
  private MemorySegment scratch = MemorySegment.NULL;

  /** What passes of attention need: of workers, and for the sums of parts. */
  private MemorySegment workers = MemorySegment.NULL;

  private MemorySegment parts = MemorySegment.NULL;

  private KernelCode(int vectorBits) {
    this.vectorBits = vectorBits;
  }

  /** The address of a kernel. */
  MemorySegment of(Kernel kernel) {
    return Objects.requireNonNull(kernels.get(kernel.code()));
  }

  /** The functions of a computation in vectors; the second one is null where there is none. */
  private record Functions(MemorySegment first, MemorySegment second) {}

  /**
   * The call of generated code that computes a step, if there is some.
   *
   * @param alone whether the plan's leaves are stored values, which change between runs only
   * @param owned gets the memory that it keeps
   */
  Optional<CpuStep> call(Plan plan, Plan.OpStep step, boolean alone, List<AutoCloseable> owned) {
    return vectorised(plan, step, vectorBits)
        .flatMap(computation ->
            Optional.ofNullable(vectorised.get(computation))
                .map(code ->
                    switch (computation) {
                      case Product product ->
                          new ProductCall(
                              step,
                              product.pieces(vectorBits),
                              product.work(),
                              code.first(),
                              scratch);
                      case Planes planes ->
                          new PlaneCall(step, planes, code.first(), code.second(), scratch);
                      case Filter filter -> filter(plan, step, filter, code, alone, owned);
                      case AttentionPass pass ->
                          new AttentionCall(
                              step, pass, code.first(), code.second(), workers, parts);
                    }));
  }

  /** Whether there is generated code that computes a step. */
  boolean computes(Plan plan, Plan.OpStep step) {
    return vectorised(plan, step, vectorBits).filter(vectorised::containsKey).isPresent();
  }

  /** What computes a step in vectors, if something does. */
  private static Optional<Vectorised> vectorised(Plan plan, Plan.OpStep step, int vectorBits) {
    return SmallProducts.of(plan, step)
        .<Vectorised>map(product -> product)
        .or(() -> SmallFilters.of(plan, step))
        .or(() -> SmallPlanes.of(plan, step, vectorBits))
        .or(() -> FusedAttention.of(plan, step));
  }

  private FilterCall filter(
      Plan plan,
      Plan.OpStep step,
      Filter filter,
      Functions code,
      boolean alone,
      List<AutoCloseable> owned) {
    NativeMemory packed = NativeMemory.allocate(filter.packedBytes(vectorBits));
    owned.add(packed);
    Plan.Place weights = plan.buffers().get(step.inputs().get(1)).place();
    Optional<Integer> leaf =
        alone && weights instanceof Plan.InLeaf at && !plan.updated().contains(at.leaf())
            ? Optional.of(at.leaf())
            : Optional.empty();
    int pieces = filter.pieces(vectorBits);
    return new FilterCall(step, filter, pieces, code.first(), code.second(), packed.data(), leaf);
  }

  /** What is compiled as one module, and how its functions begin. */
  private record Part(
      Recipe recipe, String prefix, List<Kernel.Code> kernels, List<Vectorised> vectorised) {
    ModuleEmitter.Module emit(int vectorBits) {
      return ModuleEmitter.emit(kernels, vectorised, vectorBits, prefix);
    }
  }

  /** A module and its machine code. */
  private record Made(ModuleEmitter.Module module, byte[] object) {}

  /** The code of a plan; it is closed with {@code owned}. */
  static KernelCode link(
      LlvmCompiler compiler, int threads, Plan plan, Effort effort, List<AutoCloseable> owned) {
    KernelCode out = new KernelCode(compiler.target().vectorBits());
    Set<Vectorised> vectorised = vectorised(plan, out.vectorBits);
    if (effort == Effort.QUICK) {
      // What runs once takes longer to compile than a library takes to begin; attention has none.
      vectorised.removeIf(computation -> !(computation instanceof AttentionPass));
    }
    List<Part> parts = out.parts(plan, effort, vectorised);
    if (parts.isEmpty()) {
      return out;
    }
    List<Made> made = parts.parallelStream().map(p -> make(compiler, p)).toList();
    NativeCode code = compiler.link(made.stream().map(Made::object).toList(), Map.of());
    owned.add(code);
    out.allocate(vectorised, threads, owned);
    for (Made part : made) {
      part.module().names().forEach((k, name) -> out.kernels.put(k, code.symbol(name)));
      part.module()
          .vectorised()
          .forEach((v, name) -> out.vectorised.put(v, functions(code, v, name)));
    }
    return out;
  }

  private static Functions functions(NativeCode code, Vectorised computation, String name) {
    return new Functions(
        code.symbol(name),
        computation.second().map(end -> code.symbol(name + end)).orElse(MemorySegment.NULL));
  }

  private void allocate(Set<Vectorised> computations, int threads, List<AutoCloseable> owned) {
    long shared = 0;
    long ofWorkers = 0;
    long ofParts = 0;
    for (Vectorised computation : computations) {
      shared = Math.max(shared, computation.scratchBytes(vectorBits));
      if (computation instanceof AttentionPass pass) {
        ofWorkers = Math.max(ofWorkers, pass.workerBytes(threads));
        ofParts = Math.max(ofParts, pass.partBytes());
      }
    }
    scratch = allocate(shared, owned);
    parts = allocate(ofParts, owned);
    if (ofWorkers > 0) {
      workers = allocate(ofWorkers, owned);
      workers.set(ValueLayout.JAVA_LONG, 0, threads);
    }
  }

  private static MemorySegment allocate(long bytes, List<AutoCloseable> owned) {
    if (bytes == 0) {
      return MemorySegment.NULL;
    }
    NativeMemory memory = NativeMemory.allocate(bytes);
    owned.add(memory);
    return memory.data();
  }

  private static Made make(LlvmCompiler compiler, Part part) {
    ModuleEmitter.Module module = part.emit(compiler.target().vectorBits());
    return new Made(module, compiler.compile("plan", module.text(), part.recipe()));
  }

  private List<Part> parts(Plan plan, Effort effort, Set<Vectorised> vectorised) {
    Map<Recipe, Set<Kernel.Code>> kernels = new EnumMap<>(Recipe.class);
    work(plan, 1)
        .forEach((kernel, work) -> {
          boolean draft = effort == Effort.QUICK && work < LITTLE_WORK;
          Recipe recipe = draft ? Recipe.DRAFT : Recipe.VECTORS;
          kernels.computeIfAbsent(recipe, r -> new LinkedHashSet<>()).add(kernel);
        });
    if (!vectorised.isEmpty()) {
      kernels.computeIfAbsent(Recipe.VECTORS, r -> new LinkedHashSet<>());
    }
    List<Part> out = new ArrayList<>();
    kernels.forEach(
        (recipe, of) -> split(recipe, of, recipe == Recipe.VECTORS ? vectorised : Set.of(), out));
    return out;
  }

  /** What is computed in vectors in a plan and in the plans in it. */
  static Set<Vectorised> vectorised(Plan plan, int vectorBits) {
    Set<Vectorised> out = new LinkedHashSet<>();
    for (Plan part : plan.all()) {
      for (Plan.Step step : part.steps()) {
        if (step instanceof Plan.OpStep op) {
          vectorised(part, op, vectorBits).ifPresent(out::add);
        }
      }
    }
    return out;
  }

  /** The scalar operations of each kernel in one run of the plan, in all rounds of its loops. */
  private static Map<Kernel.Code, Double> work(Plan plan, double rounds) {
    Map<Kernel.Code, Double> out = new LinkedHashMap<>();
    for (Plan.Step step : plan.steps()) {
      if (step instanceof Plan.KernelStep s) {
        double once = (double) s.kernel().extent() * s.kernel().work();
        out.merge(s.kernel().code(), rounds * once, Double::sum);
      } else if (step instanceof Plan.NestedStep nested) {
        double length = nested instanceof Plan.LoopStep loop ? loop.scan().length() : 1;
        for (Plan part : nested.plans()) {
          work(part, rounds * length).forEach((kernel, w) -> out.merge(kernel, w, Double::sum));
        }
      }
    }
    return out;
  }

  private void split(
      Recipe recipe, Set<Kernel.Code> kernels, Set<Vectorised> vectorised, List<Part> into) {
    int all = kernels.size() + vectorised.size();
    int count = Math.min(all, Runtime.getRuntime().availableProcessors());
    List<List<Kernel.Code>> kernelsOf = dealt(kernels, count, 0);
    List<List<Vectorised>> vectorisedOf = dealt(vectorised, count, kernels.size());
    for (int i = 0; i < count; i++) {
      String prefix = recipe.name().toLowerCase(Locale.ROOT) + i + "_";
      into.add(new Part(recipe, prefix, kernelsOf.get(i), vectorisedOf.get(i)));
    }
  }

  private static <T> List<List<T>> dealt(Set<T> all, int count, int first) {
    List<List<T>> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(new ArrayList<>());
    }
    int next = first;
    for (T each : all) {
      out.get(next++ % count).add(each);
    }
    return out;
  }
}

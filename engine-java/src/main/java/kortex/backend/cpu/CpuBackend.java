package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kortex.backend.Backend;
import kortex.backend.Memory;
import kortex.backend.Program;
import kortex.backend.cpu.emit.ModuleEmitter;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.llvm.NativeCode;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeSettings;
import kortex.backend.cpu.onednn.OneDnn;
import kortex.backend.cpu.threads.ParallelRunner;
import kortex.backend.cpu.threads.Team;
import kortex.kernel.Kernel;
import kortex.op.Convolution;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Pooling;
import kortex.plan.Plan;
import kortex.tensor.TensorType;

/** Runs plans on the CPU: kernels compiled by LLVM, whole ops by oneDNN. */
public final class CpuBackend implements Backend {
  private final LlvmCompiler compiler;
  private final OneDnn dnn;
  private final ParallelRunner runner;
  private final Team team;

  private CpuBackend(LlvmCompiler compiler, OneDnn dnn, ParallelRunner runner, Team team) {
    this.compiler = compiler;
    this.dnn = dnn;
    this.runner = runner;
    this.team = team;
  }

  /** Opens the libraries; throws {@link kortex.tensor.DeviceException} when one is missing. */
  public static CpuBackend open(NativeSettings settings) {
    NativeLibraries libraries = NativeLibraries.open(settings);
    LlvmCompiler compiler = LlvmCompiler.open(libraries);
    return new CpuBackend(
        compiler,
        OneDnn.open(libraries),
        ParallelRunner.open(libraries, compiler),
        Team.open(libraries));
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String description() {
    return CpuFeatures.of(compiler, dnn).toString();
  }

  @Override
  public boolean runsWhole(Op op, List<TensorType> inputs) {
    return op instanceof MatMul || op instanceof Convolution || op instanceof Pooling;
  }

  @Override
  public Memory allocate(long bytes) {
    return CpuMemory.allocate(bytes);
  }

  @Override
  public Program compile(Plan plan) {
    List<AutoCloseable> owned = new ArrayList<>();
    try {
      return prepare(plan, owned);
    } catch (RuntimeException | Error e) {
      CpuProgram.closeAll(owned);
      throw e;
    }
  }

  private CpuProgram prepare(Plan plan, List<AutoCloseable> owned) {
    CpuMemory arena = CpuMemory.allocate(plan.arenaBytes());
    owned.add(arena);
    Map<Kernel, MemorySegment> code = link(plan, owned);
    return new CpuProgram(new CpuSteps(plan, steps(plan, code, owned)), arena.data(), owned);
  }

  private List<CpuProgram.NativeStep> steps(
      Plan plan, Map<Kernel, MemorySegment> code, List<AutoCloseable> owned) {
    List<CpuProgram.NativeStep> steps = new ArrayList<>();
    WholeOps whole = new WholeOps(dnn, team, plan, owned);
    for (Plan.Step step : plan.steps()) {
      steps.add(
          switch (step) {
            case Plan.KernelStep s ->
                KernelCall.of(s, Objects.requireNonNull(code.get(s.kernel())), runner, owned);
            case Plan.OpStep s -> whole.prepare(s);
            case Plan.LoopStep s ->
                new LoopCall(s, new CpuSteps(s.body(), steps(s.body(), code, owned)));
            case Plan.BranchStep s ->
                new BranchCall(
                    s,
                    new CpuSteps(s.then(), steps(s.then(), code, owned)),
                    new CpuSteps(s.otherwise(), steps(s.otherwise(), code, owned)));
            case Plan.CopyStep s -> new CpuProgram.Copy(s.from(), s.to());
          });
    }
    return steps;
  }

  private Map<Kernel, MemorySegment> link(Plan plan, List<AutoCloseable> owned) {
    List<Kernel> kernels = new ArrayList<>();
    for (Plan part : plan.all()) {
      for (Plan.Step step : part.steps()) {
        if (step instanceof Plan.KernelStep s) {
          kernels.add(s.kernel());
        }
      }
    }
    if (kernels.isEmpty()) {
      return Map.of();
    }
    ModuleEmitter.Module module = ModuleEmitter.emit(kernels);
    NativeCode code = compiler.link(compiler.compile("plan", module.text()));
    owned.add(code);
    Map<Kernel, MemorySegment> out = new HashMap<>();
    module.names().forEach((kernel, name) -> out.put(kernel, code.symbol(name)));
    return out;
  }

  @Override
  public void close() {
    runner.close();
    dnn.close();
  }
}

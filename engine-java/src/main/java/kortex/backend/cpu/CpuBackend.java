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
import kortex.backend.cpu.openblas.LazyOpenBlas;
import kortex.backend.cpu.threads.ParallelRunner;
import kortex.backend.cpu.threads.Team;
import kortex.kernel.Kernel;
import kortex.op.Convolution;
import kortex.op.LinearAlgebra;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Pooling;
import kortex.plan.Plan;
import kortex.tensor.TensorType;

/** Runs plans on the CPU: kernels compiled by LLVM, whole ops by oneDNN and OpenBLAS. */
public final class CpuBackend implements Backend {
  private final LlvmCompiler compiler;
  private final OneDnn dnn;
  private final ParallelRunner runner;
  private final Team team;
  private final LazyOpenBlas blas;

  private CpuBackend(
      LlvmCompiler compiler, OneDnn dnn, ParallelRunner runner, Team team, LazyOpenBlas blas) {
    this.compiler = compiler;
    this.dnn = dnn;
    this.runner = runner;
    this.team = team;
    this.blas = blas;
  }

  /** Opens the libraries; throws {@link kortex.tensor.DeviceException} when one is missing. */
  public static CpuBackend open(NativeSettings settings) {
    NativeLibraries libraries = NativeLibraries.open(settings);
    LlvmCompiler compiler = LlvmCompiler.open(libraries);
    return new CpuBackend(
        compiler,
        OneDnn.open(libraries),
        ParallelRunner.open(libraries, compiler),
        Team.open(libraries),
        new LazyOpenBlas(libraries));
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String description() {
    String version = blas.get().map(b -> "OpenBLAS " + b.version()).orElse("no OpenBLAS");
    return CpuFeatures.of(compiler, dnn) + ", " + version;
  }

  @Override
  public boolean runsWhole(Op op, List<TensorType> inputs) {
    return op instanceof MatMul
        || op instanceof LinearAlgebra
        || op instanceof Convolution
        || op instanceof Pooling;
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
    CpuProgram.Steps steps = new CpuProgram.Steps(plan, arena.data());
    WholeOps whole = new WholeOps(dnn, blas, team, plan, owned);
    for (Plan.Step step : plan.steps()) {
      switch (step) {
        case Plan.KernelStep s ->
            steps.add(
                KernelCall.of(s, Objects.requireNonNull(code.get(s.kernel())), runner, owned));
        case Plan.OpStep s -> steps.add(whole.prepare(s));
        case Plan.CopyStep s -> steps.add(new CpuProgram.Copy(s.from(), s.to()));
      }
    }
    return new CpuProgram(plan, steps, owned);
  }

  private Map<Kernel, MemorySegment> link(Plan plan, List<AutoCloseable> owned) {
    List<Kernel> kernels = new ArrayList<>();
    for (Plan.Step step : plan.steps()) {
      if (step instanceof Plan.KernelStep s) {
        kernels.add(s.kernel());
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

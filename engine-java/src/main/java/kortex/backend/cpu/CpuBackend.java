package kortex.backend.cpu;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import kortex.backend.Backend;
import kortex.backend.FreeMemory;
import kortex.backend.LargeStack;
import kortex.backend.Memory;
import kortex.backend.NativeMemory;
import kortex.backend.Program;
import kortex.backend.cpu.calls.CallRunner;
import kortex.backend.cpu.emit.Filter;
import kortex.backend.cpu.llvm.LlvmCompiler;
import kortex.backend.cpu.natives.NativeLibraries;
import kortex.backend.cpu.natives.NativeSettings;
import kortex.backend.cpu.onednn.OneDnn;
import kortex.backend.cpu.openblas.LazyOpenBlas;
import kortex.backend.cpu.threads.Team;
import kortex.op.ArgSort;
import kortex.op.Attention;
import kortex.op.Convolution;
import kortex.op.Epilogue;
import kortex.op.Index;
import kortex.op.Join;
import kortex.op.LinearAlgebra;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Pooling;
import kortex.plan.Plan;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/** Runs plans on the CPU: kernels compiled by LLVM, whole ops by oneDNN and OpenBLAS. */
public final class CpuBackend implements Backend {
  /** Above it, blocks are copied: a kernel for each part takes milliseconds to compile. */
  private static final int MOST_PARTS = 16;

  /** Below it, oneDNN's kernels for channels last leave most of their vectors empty. */
  private static final int FEW_CHANNELS = 16;

  private final LlvmCompiler compiler;
  private final OneDnn dnn;
  private final CallRunner runner;
  private final Team team;
  private final LazyOpenBlas blas;
  private final HalfProducts half;
  private final CommonArena arena = new CommonArena();

  private CpuBackend(
      LlvmCompiler compiler, OneDnn dnn, CallRunner runner, Team team, LazyOpenBlas blas) {
    this.compiler = compiler;
    this.dnn = dnn;
    this.runner = runner;
    this.team = team;
    this.blas = blas;
    this.half = new HalfProducts(CpuFeatures.of(compiler, dnn));
  }

  /** Opens the libraries; throws {@link kortex.tensor.DeviceException} when one is missing. */
  public static CpuBackend open(NativeSettings settings) {
    return open(NativeLibraries.open(settings));
  }

  /** A backend on libraries that others may use as well. */
  static CpuBackend open(NativeLibraries libraries) {
    return open(libraries, LlvmCompiler::open);
  }

  /** A backend whose kernels are compiled by a compiler of the caller's choice. */
  static CpuBackend open(
      NativeLibraries libraries, Function<NativeLibraries, LlvmCompiler> compiler) {
    return LargeStack.call(() -> load(libraries, compiler.apply(libraries)));
  }

  private static CpuBackend load(NativeLibraries libraries, LlvmCompiler compiler) {
    return new CpuBackend(
        compiler,
        OneDnn.open(libraries),
        CallRunner.open(libraries, compiler),
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
        || op instanceof Pooling
        || op instanceof Index.Bounded
        || op instanceof ArgSort
        || (op instanceof Attention attention && FusedAttention.takes(attention, inputs))
        || (op instanceof Join.Concat && inputs.size() > MOST_PARTS);
  }

  /** No: ops that are faster on bf16 are those of f32 on values that were widened. */
  @Override
  public boolean runsHalf(Op op) {
    return false;
  }

  @Override
  public Optional<String> lacksBf16() {
    return half.lacking();
  }

  @Override
  public boolean wantsBf16(Op op, List<TensorType> inputs) {
    return half.wants(op, inputs);
  }

  /**
   * What oneDNN computes: a bias along the last axis of a product, or the channels of a
   * convolution. Small products are generated code, and so are activations other than relu that
   * follow them. On bf16 oneDNN rounds the result as well.
   */
  @Override
  public boolean takes(Op op, Epilogue epilogue, List<TensorType> inputs) {
    boolean onBf16 = half.runs(op, inputs);
    boolean plain = inputs.stream().allMatch(t -> t.dtype() == DType.F32 && t.size() > 0);
    boolean rounds = epilogue.rounded().map(d -> onBf16 && d == DType.BF16).orElse(true);
    if (!rounds || !(onBf16 || plain)) {
      return false;
    }
    if (onBf16 && epilogue.isOnlyRounded()) {
      return true;
    }
    if (op instanceof MatMul product) {
      int last = inputs.getFirst().shape().rank() - 1;
      boolean small = SmallProducts.of(product, Epilogue.NONE, inputs).isPresent();
      return epilogue.norm().isEmpty()
          && epilogue.bias().orElse(last) == last
          && (!small || SmallProducts.of(product, epilogue, inputs).isPresent());
    }
    if (op instanceof Convolution.Conv conv) {
      int channels = conv.geometry().format().channels(inputs.getFirst().shape().rank());
      boolean planes = SmallPlanes.takes(conv, inputs, compiler.target().vectorBits());
      return epilogue.bias().orElse(channels) == channels
          && epilogue.norm().orElse(channels) == channels
          && (!planes || Filter.takes(epilogue));
    }
    return false;
  }

  @Override
  public Optional<String> choice(Op op, List<TensorType> inputs) {
    return op instanceof Attention attention
        ? Optional.of(FusedAttention.choice(attention, inputs))
        : Optional.empty();
  }

  /**
   * From as many channels on as a vector has elements. A network's first convolution has fewer, and
   * no gradient of its input.
   */
  @Override
  public boolean wantsChannelsLast(Op op, List<TensorType> inputs) {
    if (!(op instanceof Convolution conv) || inputs.getFirst().dtype() != DType.F32) {
      return false;
    }
    Shape weight =
        conv instanceof Convolution.ConvWeightGrad grad ? grad.weight() : inputs.get(1).shape();
    long channels = weight.extent(1) * conv.geometry().groups();
    return Math.min(channels, weight.extent(0)) >= FEW_CHANNELS;
  }

  @Override
  public Memory allocate(long bytes) {
    return NativeMemory.allocatePages(bytes);
  }

  @Override
  public OptionalLong freeMemory() {
    return FreeMemory.bytes();
  }

  @Override
  public Program compile(Plan plan, Effort effort) {
    List<AutoCloseable> owned = Collections.synchronizedList(new ArrayList<>());
    try {
      return LargeStack.call(() -> prepare(plan, effort, owned));
    } catch (RuntimeException | Error e) {
      CpuProgram.closeAll(owned);
      throw e;
    }
  }

  private CpuProgram prepare(Plan plan, Effort effort, List<AutoCloseable> owned) {
    Optional<CommonArena> common = Optional.of(arena).filter(a -> CommonArena.suits(plan));
    common.ifPresent(a -> owned.add(a.reserve(plan.arenaBytes())));
    NativeMemory own =
        NativeMemory.allocatePages(
            common.isPresent() ? CommonArena.outputBytes(plan) : plan.arenaBytes());
    owned.add(own);
    Arena tables = Arena.ofShared();
    owned.add(tables);
    KernelCode code = KernelCode.link(compiler, runner.threads(), plan, effort, owned);
    Machine machine = new Machine(runner, dnn, team, tables);
    CpuSteps steps = new Stepping(machine, blas, code, owned).steps(plan);
    return new CpuProgram(steps, common, own, owned);
  }

  @Override
  public void close() {
    arena.close();
    runner.close();
    dnn.close();
    compiler.close();
  }
}

package kortex.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import kortex.backend.NativeMemory;
import kortex.backend.cpu.onednn.Activation;
import kortex.backend.cpu.onednn.ConvolutionBackwardData;
import kortex.backend.cpu.onednn.ConvolutionBackwardWeights;
import kortex.backend.cpu.onednn.ConvolutionForward;
import kortex.backend.cpu.onednn.Element;
import kortex.backend.cpu.onednn.Elements;
import kortex.backend.cpu.onednn.Epilogue;
import kortex.backend.cpu.onednn.LibraryCall;
import kortex.backend.cpu.onednn.MatMulPrimitive;
import kortex.backend.cpu.onednn.OneDnn;
import kortex.backend.cpu.onednn.PoolingBackward;
import kortex.backend.cpu.onednn.PoolingForward;
import kortex.backend.cpu.onednn.PoolingShape;
import kortex.backend.cpu.onednn.TensorLayout;
import kortex.backend.cpu.openblas.BlasCall;
import kortex.backend.cpu.openblas.LazyOpenBlas;
import kortex.backend.cpu.openblas.LuFactors;
import kortex.backend.cpu.openblas.OpenBlas;
import kortex.backend.cpu.openblas.ProductCall;
import kortex.backend.cpu.openblas.StackCall;
import kortex.backend.cpu.threads.Team;
import kortex.backend.reference.Dense;
import kortex.backend.reference.ReferenceOps;
import kortex.op.ArgSort;
import kortex.op.Convolution;
import kortex.op.Index;
import kortex.op.Inversion;
import kortex.op.LinearAlgebra;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Pooling;
import kortex.plan.Plan;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Prepares the ops that run as a whole. oneDNN takes f32, and products of bf16, OpenBLAS linear
 * algebra and products in f64, both of at least one element; what they do not take runs on the
 * reference implementation.
 */
final class WholeOps {
  private final OneDnn dnn;
  private final LazyOpenBlas blas;
  private final Team team;
  private final Plan plan;
  private final List<AutoCloseable> owned;

  /** Which inputs won, as oneDNN noted it, by the pool and its input buffer. */
  private final Map<PooledInput, MemorySegment> winners = new HashMap<>();

  private record PooledInput(Pooling.Geometry geometry, int buffer) {}

  /** Factors of matrices that an earlier step of the plan computes. */
  private final Map<Factored, LuFactors> factors = new HashMap<>();

  /**
   * @param buffer a square matrix, or a stack of them
   * @param writer the last step before that writes it; an update gives a buffer another value
   */
  private record Factored(int buffer, int writer) {}

  WholeOps(OneDnn dnn, LazyOpenBlas blas, Team team, Plan plan, List<AutoCloseable> owned) {
    this.dnn = dnn;
    this.blas = blas;
    this.team = team;
    this.plan = plan;
    this.owned = owned;
  }

  /** What runs an op on its buffers: inputs first, then the output. */
  private interface Execution {
    void run(MemorySegment[] buffers);
  }

  CpuStep prepare(Plan.OpStep step) {
    TensorType out = type(step.outputs().getFirst());
    TensorType in = step.inputs().isEmpty() ? out : type(step.inputs().getFirst());
    if (step.op() instanceof Index.Bounded op && BoundedCall.takes(in)) {
      return new BoundedCall(step, op, in);
    }
    boolean full = out.size() > 0 && step.inputs().stream().allMatch(i -> type(i).size() > 0);
    // oneDNN chooses its kernel for the threads it may use, so creation counts as well.
    double flops = flops(step);
    boolean all = team.worthAll(flops);
    if (full && (out.dtype() == DType.F32 || out.dtype() == DType.BF16 && isProduct(step.op()))) {
      Optional<List<LibraryCall>> calls = team.run(all, () -> library(step));
      if (calls.isPresent()) {
        return new LibrarySteps(calls.get(), team.threadsFor(flops));
      }
    }
    boolean forBlas = full && forOpenBlas(step.op(), out.dtype());
    Execution execution =
        switch (step.op()) {
          case Index.Bounded op -> b -> JavaOps.bounded(op, in, b[0], b[1]);
          case ArgSort op -> b -> JavaOps.sort(op, in, b[0], b[1]);
          default -> team.run(all, () -> forBlas ? openBlas(step) : reference(step));
        };
    return new Bound(step, execution, team, all);
  }

  private static boolean isProduct(Op op) {
    return op instanceof MatMul || op instanceof Convolution;
  }

  private static boolean forOpenBlas(Op op, DType dtype) {
    return op instanceof LinearAlgebra
        ? OpenBlas.takes(dtype)
        : op instanceof MatMul && dtype == DType.F64;
  }

  private Execution openBlas(Plan.OpStep step) {
    Optional<OpenBlas> library = blas.get();
    if (library.isEmpty()) {
      return reference(step);
    }
    BlasCall call = blasCall(library.get(), step);
    Execution reference = reference(step);
    return b -> {
      if (!call.run(b)) {
        reference.run(b);
      }
    };
  }

  private BlasCall blasCall(OpenBlas open, Plan.OpStep step) {
    List<TensorType> in = step.inputs().stream().map(this::type).toList();
    List<TensorType> out = step.outputs().stream().map(this::type).toList();
    boolean all = team.worthAll(flops(step));
    if (step.op() instanceof MatMul op) {
      return ProductCall.of(open, op, in, out.getFirst(), this::notes, all);
    }
    LinearAlgebra op = (LinearAlgebra) step.op();
    LuFactors lu =
        factors.computeIfAbsent(
            factored(step), f -> new LuFactors(open, in.getFirst(), this::notes));
    return StackCall.of(open, op, in, out, this::notes, lu, all);
  }

  private Factored factored(Plan.OpStep step) {
    int buffer = step.inputs().getFirst();
    Plan.Place place = plan.buffers().get(buffer).place();
    int writer = -1;
    for (int i = 0; plan.steps().get(i) != step; i++) {
      boolean writes =
          plan.steps().get(i).writes().stream()
              .anyMatch(id -> plan.buffers().get(id).place().equals(place));
      writer = writes ? i : writer;
    }
    return new Factored(buffer, writer);
  }

  /** The primitives of oneDNN that compute a step, if it has some. */
  private Optional<List<LibraryCall>> library(Plan.OpStep step) {
    return switch (step.op()) {
      case MatMul op -> Optional.of(List.of(matMul(op, step)));
      case Convolution op -> Optional.of(List.of(convolution(op, step)));
      case Pooling op -> pooling(op, step);
      default -> Optional.empty();
    };
  }

  /** About how many floating-point operations a step takes. */
  private double flops(Plan.OpStep step) {
    double result = type(step.outputs().getFirst()).size();
    return switch (step.op()) {
      case MatMul op -> 2 * result * shape(step.inputs().get(0)).extent(op.transposeA() ? -2 : -1);
      case Convolution.Conv op ->
          convolutionFlops(step.outputs().getFirst(), shape(step.inputs().get(1)));
      case Convolution.ConvInputGrad op ->
          convolutionFlops(step.inputs().getFirst(), shape(step.inputs().get(1)));
      case Convolution.ConvWeightGrad op -> convolutionFlops(step.inputs().get(1), op.weight());
      case Pooling op ->
          10.0
              * op.geometry().window().stream().reduce(1, (a, b) -> a * b)
              * type(step.inputs().getLast()).size();
      case LinearAlgebra op -> {
        TensorType a = type(step.inputs().getFirst());
        double small = Math.min(a.shape().extent(-1), a.shape().extent(-2));
        yield small * a.size() * (op instanceof Inversion ? 1 : 4) + small * result;
      }
      default -> result;
    };
  }

  private double convolutionFlops(int output, Shape weight) {
    return 2.0 * type(output).size() * weight.size() / Math.max(1, weight.extent(0));
  }

  private TensorType type(int buffer) {
    return plan.buffers().get(buffer).type();
  }

  private Shape shape(int buffer) {
    return type(buffer).shape();
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.add(resource);
    return resource;
  }

  private static final class Bound implements CpuStep.InJava {
    private final Plan.OpStep step;
    private final Team team;
    private final boolean all;
    private final MemorySegment[] buffers;
    private final Supplier<Boolean> run;

    Bound(Plan.OpStep step, Execution execution, Team team, boolean all) {
      this.step = step;
      this.team = team;
      this.all = all;
      this.buffers = new MemorySegment[step.inputs().size() + step.outputs().size()];
      this.run =
          () -> {
            execution.run(buffers);
            return true;
          };
    }

    @Override
    public void bind(List<MemorySegment> all) {
      int n = 0;
      for (int id : step.inputs()) {
        buffers[n++] = all.get(id);
      }
      for (int id : step.outputs()) {
        buffers[n++] = all.get(id);
      }
    }

    @Override
    public void run() {
      team.run(all, run);
    }
  }

  private Execution reference(Plan.OpStep step) {
    Op op = step.op();
    List<TensorType> in = step.inputs().stream().map(this::type).toList();
    List<TensorType> out = step.outputs().stream().map(this::type).toList();
    return b -> ReferenceOps.run(op, step.epilogue(), dense(in, b, 0), dense(out, b, in.size()));
  }

  private static List<Dense> dense(List<TensorType> types, MemorySegment[] buffers, int from) {
    return IntStream.range(0, types.size())
        .mapToObj(i -> new Dense(types.get(i), buffers[from + i]))
        .toList();
  }

  private LibraryCall matMul(MatMul op, Plan.OpStep step) {
    TensorLayout a = layout(step.inputs().get(0));
    TensorLayout b = layout(step.inputs().get(1));
    TensorLayout c = layout(step.outputs().getFirst());
    MatMulPrimitive primitive =
        own(
            MatMulPrimitive.create(
                dnn,
                op.transposeA() ? a.transposed() : a,
                op.transposeB() ? b.transposed() : b,
                c,
                epilogue(step)));
    return primitive.call(
        step.inputs().get(0), step.inputs().get(1), extras(step), step.outputs().getFirst());
  }

  private TensorLayout layout(int buffer) {
    return TensorLayout.dense(shape(buffer).toArray()).as(element(buffer));
  }

  private Element element(int buffer) {
    return type(buffer).dtype() == DType.BF16 ? Element.BF16 : Element.F32;
  }

  private LibraryCall convolution(Convolution op, Plan.OpStep step) {
    Shape first = shape(step.inputs().get(0));
    Shape second = shape(step.inputs().get(1));
    int a = step.inputs().get(0);
    int b = step.inputs().get(1);
    int out = step.outputs().getFirst();
    Elements of = new Elements(element(a), element(out));
    return switch (op) {
      case Convolution.Conv c -> {
        ConvolutionForward p =
            own(
                ConvolutionForward.create(
                    dnn, Windows.of(c.geometry(), first, second), of, epilogue(step)));
        yield p.call(a, b, extras(step), out);
      }
      case Convolution.ConvInputGrad c -> {
        ConvolutionBackwardData p =
            own(
                ConvolutionBackwardData.create(
                    dnn, Windows.of(c.geometry(), c.input(), second), of));
        yield p.call(a, b, out);
      }
      case Convolution.ConvWeightGrad c -> {
        ConvolutionBackwardWeights p =
            own(
                ConvolutionBackwardWeights.create(
                    dnn, Windows.of(c.geometry(), first, c.weight()), of, false));
        yield p.call(a, b, out);
      }
    };
  }

  /** What an epilogue reads. */
  private static List<Integer> extras(Plan.OpStep step) {
    int all = step.inputs().size();
    return step.inputs().subList(all - step.epilogue().operands(), all);
  }

  private static Epilogue epilogue(Plan.OpStep step) {
    kortex.op.Epilogue wanted = step.epilogue();
    Activation activation =
        wanted
            .activation()
            .map(a ->
                switch (a) {
                  case RELU -> Activation.RELU;
                  case TANH -> Activation.TANH;
                  case SIGMOID -> Activation.LOGISTIC;
                  case GELU -> Activation.GELU_ERF;
                })
            .orElse(Activation.NONE);
    return new Epilogue(
        wanted.norm().isPresent(), wanted.bias().isPresent(), wanted.residual(), activation);
  }

  private Optional<List<LibraryCall>> pooling(Pooling op, Plan.OpStep step) {
    int in = step.inputs().getFirst();
    int out = step.outputs().getFirst();
    Shape x = op instanceof Pooling.AvgPoolGrad grad ? grad.input() : shape(in);
    return switch (op) {
      case Pooling.MaxPool p -> {
        PoolingForward forward =
            own(PoolingForward.create(dnn, Windows.of(PoolingShape.Kind.MAX, op, x)));
        MemorySegment notes = notes(forward.workspaceBytes());
        winners.put(new PooledInput(p.geometry(), in), notes);
        yield Optional.of(List.of(forward.call(in, out, notes)));
      }
      case Pooling.MaxPoolGrad p ->
          Optional.of(maxPoolGrad(p, step, Windows.of(PoolingShape.Kind.MAX, op, x)));
      case Pooling.MaxPoolSelect p -> Optional.empty();
      case Pooling.AvgPool p -> {
        PoolingShape shape = Windows.of(PoolingShape.Kind.AVERAGE_EXCLUDE_PADDING, op, x);
        PoolingForward forward = own(PoolingForward.create(dnn, shape));
        yield Optional.of(List.of(forward.call(in, out, MemorySegment.NULL)));
      }
      case Pooling.AvgPoolGrad p -> {
        PoolingShape shape = Windows.of(PoolingShape.Kind.AVERAGE_EXCLUDE_PADDING, op, x);
        PoolingBackward backward = own(PoolingBackward.create(dnn, shape));
        yield Optional.of(List.of(backward.call(in, out, MemorySegment.NULL)));
      }
    };
  }

  /** Uses the notes of the pool that ran on the same input; without one, pools again first. */
  private List<LibraryCall> maxPoolGrad(
      Pooling.MaxPoolGrad op, Plan.OpStep step, PoolingShape shape) {
    int in = step.inputs().get(0);
    int gradient = step.inputs().get(1);
    int out = step.outputs().getFirst();
    PoolingBackward backward = own(PoolingBackward.create(dnn, shape));
    MemorySegment known = winners.get(new PooledInput(op.geometry(), in));
    if (known != null) {
      return List.of(backward.call(gradient, out, known));
    }
    PoolingForward forward = own(PoolingForward.create(dnn, shape));
    MemorySegment notes = notes(forward.workspaceBytes());
    MemorySegment pooled = notes(type(gradient).bytes());
    return List.of(forward.call(in, pooled, notes), backward.call(gradient, out, notes));
  }

  private MemorySegment notes(long bytes) {
    return own(NativeMemory.allocate(bytes)).data();
  }
}

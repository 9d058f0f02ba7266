package kortex.backend.cpu.onednn;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The matrix product C = act(A · B [+ bias] [+ C]) of f32 tensors, {@code [batch…, m, k]} times
 * {@code [batch…, k, n]} to {@code [batch…, m, n]}, in fixed layouts.
 *
 * <p>A batch axis of size 1 in A or B is broadcast. Layouts are free, so a transposed operand is a
 * transposed layout; fast kernels want one of an operand's last two strides to be 1 ({@link
 * #implementation} tells which kernel was chosen; names with {@code ref} are slow).
 */
public final class MatMulPrimitive implements AutoCloseable {
  /**
   * What happens to the product before it is stored, in this order.
   *
   * @param bias adds a vector {@code [n]} to each row
   * @param accumulate adds what C held before
   * @param activation applied last
   */
  public record Epilogue(boolean bias, boolean accumulate, Activation activation) {
    /** The product alone. */
    public static final Epilogue NONE = new Epilogue(false, false, Activation.NONE);

    /** The same with a bias. */
    public Epilogue withBias() {
      return new Epilogue(true, accumulate, activation);
    }

    /** The same, added to what C held before. */
    public Epilogue accumulating() {
      return new Epilogue(bias, true, activation);
    }

    /** The same with an activation. */
    public Epilogue with(Activation function) {
      return new Epilogue(bias, accumulate, function);
    }
  }

  private final OneDnn dnn;
  private final Program program;
  private final Slot a;
  private final Slot b;
  private final Slot c;
  private final Optional<Slot> bias;

  private MatMulPrimitive(
      OneDnn dnn,
      ProgramBuilder builder,
      TensorLayout a,
      TensorLayout b,
      TensorLayout c,
      Epilogue epilogue) {
    this.dnn = dnn;
    TensorLayout biasLayout = biasLayout(c);
    builder.use(
        builder.descriptor(
            dnn.api()
                .matMul
                .callMany(
                    builder.resultAt(),
                    dnn.engine(),
                    builder.layout(a),
                    builder.layout(b),
                    epilogue.bias() ? builder.layout(biasLayout) : 0,
                    builder.layout(c),
                    attributes(builder, epilogue))));
    this.a = builder.input("a", DnnApi.ARG_SRC, a);
    this.b = builder.input("b", DnnApi.ARG_WEIGHTS, b);
    this.c = builder.output("c", DnnApi.ARG_DST, c);
    this.bias =
        epilogue.bias()
            ? Optional.of(builder.input("bias", DnnApi.ARG_BIAS, biasLayout))
            : Optional.empty();
    this.program = builder.build();
  }

  /**
   * A product of tensors of these layouts, all of one rank, at least 2.
   *
   * @throws IllegalArgumentException if the sizes do not fit each other
   * @throws kortex.tensor.DeviceException if oneDNN has no kernel for it
   */
  public static MatMulPrimitive create(
      OneDnn dnn, TensorLayout a, TensorLayout b, TensorLayout c, Epilogue epilogue) {
    String what = "matmul " + a + " times " + b + " to " + c;
    checkSizes(a, b, c, what);
    try (ProgramBuilder builder = new ProgramBuilder(dnn, what)) {
      return new MatMulPrimitive(dnn, builder, a, b, c, epilogue);
    }
  }

  private static void checkSizes(TensorLayout a, TensorLayout b, TensorLayout c, String what) {
    boolean fits = a.rank() == c.rank() && b.rank() == c.rank() && c.rank() >= 2;
    fits = fits && a.size(-1) == b.size(-2) && a.size(-2) == c.size(-2) && b.size(-1) == c.size(-1);
    for (int i = 0; fits && i < c.rank() - 2; i++) {
      fits = fitsBatch(a.size(i), c.size(i)) && fitsBatch(b.size(i), c.size(i));
    }
    if (!fits) {
      throw new IllegalArgumentException("sizes do not fit: " + what);
    }
  }

  private static boolean fitsBatch(long operand, long result) {
    return operand == result || operand == 1;
  }

  private static TensorLayout biasLayout(TensorLayout c) {
    long[] sizes = new long[c.rank()];
    java.util.Arrays.fill(sizes, 1);
    sizes[c.rank() - 1] = c.size(-1);
    return TensorLayout.dense(sizes);
  }

  private long attributes(ProgramBuilder builder, Epilogue epilogue) {
    long attributes = builder.attributes();
    if (!epilogue.accumulate() && epilogue.activation() == Activation.NONE) {
      return attributes;
    }
    DnnApi api = dnn.api();
    long postOps = builder.take(api.postOpsCreate.call(builder.resultAt()), api.postOpsDestroy);
    if (epilogue.accumulate()) {
      DnnApi.check(api.postOpsAppendSum.callWithFloats(postOps, 0, 0, 1f, 0f), "sum");
    }
    if (epilogue.activation() != Activation.NONE) {
      int algorithm = epilogue.activation().algorithm();
      DnnApi.check(
          api.postOpsAppendEltwise.callWithFloats(postOps, algorithm, 0, 0f, 0f), "activation");
    }
    DnnApi.check(api.attributesSetPostOps.call(attributes, postOps), "post-ops");
    return attributes;
  }

  /** C = act(A · B [+ C]), for an epilogue without bias. */
  public void execute(MemorySegment a, MemorySegment b, MemorySegment c) {
    if (bias.isPresent()) {
      throw new IllegalArgumentException(program.what() + " needs a bias");
    }
    synchronized (dnn.workspace()) {
      this.a.bind(a);
      this.b.bind(b);
      this.c.bind(c);
      program.run();
    }
  }

  /** C = act(A · B + bias [+ C]), for an epilogue with bias. */
  public void execute(MemorySegment a, MemorySegment b, MemorySegment bias, MemorySegment c) {
    Slot biasSlot =
        this.bias.orElseThrow(() -> new IllegalArgumentException(program.what() + " has no bias"));
    synchronized (dnn.workspace()) {
      this.a.bind(a);
      this.b.bind(b);
      biasSlot.bind(bias);
      this.c.bind(c);
      program.run();
    }
  }

  /** An execution on buffers of a plan, for an epilogue without bias. */
  public LibraryCall call(int a, int b, int c) {
    return new LibraryCall(
        program,
        new LibraryCall.Argument(this.a, a),
        new LibraryCall.Argument(this.b, b),
        new LibraryCall.Argument(this.c, c));
  }

  /** The name of the kernel that oneDNN chose. */
  public String implementation() {
    return program.implementation();
  }

  @Override
  public void close() {
    program.close();
  }
}

package kortex.backend.cpu.onednn;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The matrix product C = act(A · B [+ bias] [+ R]) of {@code [batch…, m, k]} times {@code [batch…,
 * k, n]} to {@code [batch…, m, n]}, in fixed layouts. Operands and result are f32, or both operands
 * bf16; bias and residual are f32.
 *
 * <p>A batch axis of size 1 in A or B is broadcast. Layouts are free, so a transposed operand is a
 * transposed layout; fast kernels want one of an operand's last two strides to be 1 ({@link
 * #implementation} tells which kernel was chosen; names with {@code ref} are slow).
 */
public final class MatMulPrimitive implements AutoCloseable {
  private final OneDnn dnn;
  private final Program program;
  private final Slot a;
  private final Slot b;
  private final Slot c;
  private final List<Slot> slots;

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
                    epilogue.hasPlainBias() ? builder.layout(biasLayout) : 0,
                    builder.layout(c),
                    epilogue.attributes(dnn, builder, biasLayout, c.as(Element.F32)))));
    this.a = builder.input("a", DnnApi.ARG_SRC, a);
    this.b = builder.input("b", DnnApi.ARG_WEIGHTS, b);
    this.c = builder.output("c", DnnApi.ARG_DST, c);
    this.slots = epilogue.slots(builder, biasLayout, biasLayout, c.as(Element.F32));
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
    Arrays.fill(sizes, 1);
    sizes[c.rank() - 1] = c.size(-1);
    return TensorLayout.dense(sizes);
  }

  /** C = act(A · B), for an epilogue without bias and residual. */
  public void execute(MemorySegment a, MemorySegment b, MemorySegment c) {
    execute(a, b, List.of(), c);
  }

  /**
   * C = act(A · B [+ bias] [+ R]).
   *
   * @param extras centre, scale, bias and residual, as far as the epilogue has them, in this order
   */
  public void execute(
      MemorySegment a, MemorySegment b, List<MemorySegment> extras, MemorySegment c) {
    Slot.requireAll(program.what(), extras.size(), slots);
    synchronized (dnn.workspace()) {
      this.a.bind(a);
      this.b.bind(b);
      for (int i = 0; i < slots.size(); i++) {
        slots.get(i).bind(extras.get(i));
      }
      this.c.bind(c);
      program.run();
    }
  }

  /**
   * An execution on buffers of a plan.
   *
   * @param extras centre, scale, bias and residual, as far as the epilogue has them, in this order
   */
  public LibraryCall call(int a, int b, List<Integer> extras, int c) {
    List<LibraryCall.Argument> arguments = new ArrayList<>();
    arguments.add(new LibraryCall.Argument(this.a, a));
    arguments.add(new LibraryCall.Argument(this.b, b));
    Slot.requireAll(program.what(), extras.size(), slots);
    for (int i = 0; i < slots.size(); i++) {
      arguments.add(new LibraryCall.Argument(slots.get(i), extras.get(i)));
    }
    arguments.add(new LibraryCall.Argument(this.c, c));
    return new LibraryCall(program, arguments);
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

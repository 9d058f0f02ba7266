package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import kortex.op.Index;
import kortex.op.Op;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.PlaceholderException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * An n-dimensional array, lazily computed. A tensor is an immutable handle on a node of the graph:
 * shape and dtype errors are thrown by the call that makes them, values are computed when they are
 * asked for ({@link #toFloatArray}, {@link #toString}) and then remembered. {@link Tensors} makes
 * regular ones, {@link HostData} takes nested arrays, buffers and segments.
 *
 * <p>Binary operations broadcast and promote dtypes as NumPy's do; numbers take the dtype of the
 * tensor.
 */
public sealed class Tensor
    implements Elementwise,
        MathFunctions,
        Arithmetic,
        Logic,
        Reductions,
        Statistics,
        Shaping,
        Slicing,
        Joining,
        Diagonals,
        Indexing,
        Ordering,
        Cumulative,
        Counting,
        Products,
        Contractions,
        Matrices,
        Conversions
    permits Variable {
  private static final GraphEmit EMIT = GraphEmit.INSTANCE;

  private final Value value;

  Tensor(Value value) {
    this.value = value;
  }

  /** A handle on a value of the graph. */
  public static Tensor of(Value value) {
    return new Tensor(value);
  }

  /** A handle on stored data. */
  public static Tensor of(Storage storage) {
    return new Tensor(Node.read(storage).out(0));
  }

  /** A handle on data that nobody changes any more. */
  static Tensor constant(Storage storage) {
    return new Tensor(Node.constant(storage).out(0));
  }

  /** A vector of f32: {@code [n]}. */
  public static Tensor of(float... values) {
    return of(values.clone(), values.length);
  }

  /**
   * f32 data in row-major order, not copied: leave the array alone afterwards. Throws {@link
   * ShapeException} when the sizes differ.
   */
  public static Tensor of(float[] values, long... shape) {
    return constant(Storage.of(TensorType.f32(shape), MemorySegment.ofArray(values)));
  }

  /**
   * f64 data in row-major order, not copied: leave the array alone afterwards. Throws {@link
   * ShapeException} when the sizes differ.
   */
  public static Tensor of(double[] values, long... shape) {
    TensorType type = new TensorType(DType.F64, Shape.of(shape));
    return constant(Storage.of(type, MemorySegment.ofArray(values)));
  }

  /**
   * i64 data in row-major order, not copied: leave the array alone afterwards. Throws {@link
   * ShapeException} when the sizes differ.
   */
  public static Tensor of(long[] values, long... shape) {
    TensorType type = new TensorType(DType.I64, Shape.of(shape));
    return constant(Storage.of(type, MemorySegment.ofArray(values)));
  }

  /**
   * i32 data in row-major order, not copied: leave the array alone afterwards. Throws {@link
   * ShapeException} when the sizes differ.
   */
  public static Tensor of(int[] values, long... shape) {
    TensorType type = new TensorType(DType.I32, Shape.of(shape));
    return constant(Storage.of(type, MemorySegment.ofArray(values)));
  }

  /**
   * i16 data in row-major order, not copied: leave the array alone afterwards. Throws {@link
   * ShapeException} when the sizes differ.
   */
  public static Tensor of(short[] values, long... shape) {
    TensorType type = new TensorType(DType.I16, Shape.of(shape));
    return constant(Storage.of(type, MemorySegment.ofArray(values)));
  }

  /**
   * i8 data in row-major order, not copied: leave the array alone afterwards. Throws {@link
   * ShapeException} when the sizes differ.
   */
  public static Tensor of(byte[] values, long... shape) {
    TensorType type = new TensorType(DType.I8, Shape.of(shape));
    return constant(Storage.of(type, MemorySegment.ofArray(values)));
  }

  /** Bools in row-major order, copied. Throws {@link ShapeException} when the sizes differ. */
  public static Tensor of(boolean[] values, long... shape) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    TensorType type = new TensorType(DType.BOOL, Shape.of(shape));
    return constant(Storage.of(type, MemorySegment.ofArray(bytes)));
  }

  /**
   * One number repeated, rounded if the dtype is a float. Throws {@link
   * kortex.tensor.DTypeException} when it is not exactly one of an integer dtype.
   */
  public static Tensor full(TensorType type, Number value) {
    return Operands.fill(type, value);
  }

  /** 0, 1, 2, … along {@code axis}. */
  public static Tensor iota(TensorType type, int axis) {
    return new Tensor(
        EMIT.one(new Index.Iota(type, Axis.normalise(axis, type.shape().rank())), List.of()));
  }

  @Override
  public Value value() {
    return value;
  }

  @Override
  public TensorType type() {
    return value().type();
  }

  @Override
  public Tensor apply(Op op, Tensor... others) {
    List<Value> inputs = new ArrayList<>();
    inputs.add(value());
    for (Tensor other : others) {
      inputs.add(other.value());
    }
    return new Tensor(EMIT.one(op, inputs));
  }

  /** Computes the value, once, and returns where it is stored. */
  public Storage compute() {
    Value current = value();
    Node node = current.node();
    if (node.computed().isPresent()) {
      return node.computed().get().get(current.output());
    }
    if (node.storage().isPresent()) {
      node.requireCurrent();
      return node.storage().get();
    }
    return Evaluator.current().evaluate(node.outputs()).get(current.output());
  }

  /**
   * The numbers, computed now and written as NumPy writes them. Inside of a function that is
   * transformed, where there are none yet, the type and what it stands for.
   */
  @Override
  public final String toString() {
    Storage numbers;
    try {
      numbers = compute();
    } catch (PlaceholderException e) {
      String relation = value().node().isPlaceholder() ? ", stands for " : ", computed from ";
      return type() + relation + e.placeholder();
    }
    return TensorFormat.format(type(), numbers.host());
  }
}

package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kortex.op.Binary;
import kortex.op.Index;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.op.Reduce;
import kortex.op.Unary;
import kortex.op.View;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * An n-dimensional array, lazily computed. A tensor is an immutable handle on a node of the graph:
 * shape and dtype errors are thrown by the call that makes them, values are computed when they are
 * asked for ({@link #toFloatArray}, {@link #toString}) and then remembered.
 *
 * <p>Binary operations broadcast as NumPy's do and take numbers in the dtype of the tensor.
 */
public sealed class Tensor permits Variable {
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

  /** A vector of f32: {@code [n]}. */
  public static Tensor of(float... values) {
    return of(values.clone(), values.length);
  }

  /**
   * f32 data in row-major order, not copied: leave the array alone afterwards. Throws {@link
   * ShapeException} when the sizes differ.
   */
  public static Tensor of(float[] values, long... shape) {
    return of(Storage.of(TensorType.f32(shape), MemorySegment.ofArray(values)));
  }

  /**
   * f64 data in row-major order, not copied: leave the array alone afterwards. Throws {@link
   * ShapeException} when the sizes differ.
   */
  public static Tensor of(double[] values, long... shape) {
    TensorType type = new TensorType(DType.F64, Shape.of(shape));
    return of(Storage.of(type, MemorySegment.ofArray(values)));
  }

  /**
   * i32 data in row-major order, not copied: leave the array alone afterwards. Throws {@link
   * ShapeException} when the sizes differ.
   */
  public static Tensor of(int[] values, long... shape) {
    TensorType type = new TensorType(DType.I32, Shape.of(shape));
    return of(Storage.of(type, MemorySegment.ofArray(values)));
  }

  /** One value repeated. */
  public static Tensor full(TensorType type, double value) {
    return new Tensor(EMIT.fill(type, value));
  }

  /** 0, 1, 2, … along {@code axis}. */
  public static Tensor iota(TensorType type, int axis) {
    return new Tensor(
        EMIT.one(new Index.Iota(type, Axis.normalise(axis, type.shape().rank())), List.of()));
  }

  /** The value in the graph. */
  public Value value() {
    return value;
  }

  /** Element type and shape. */
  public TensorType type() {
    return value().type();
  }

  /** The extents. */
  public Shape shape() {
    return type().shape();
  }

  /** The element type. */
  public DType dtype() {
    return type().dtype();
  }

  /** Applies an op of one output to this tensor and others. */
  public Tensor apply(Op op, Tensor... others) {
    List<Value> inputs = new ArrayList<>();
    inputs.add(value());
    for (Tensor other : others) {
      inputs.add(other.value());
    }
    return new Tensor(EMIT.one(op, inputs));
  }

  private Tensor binary(Op op, Tensor other) {
    if (dtype() != other.dtype()) {
      throw new DTypeException(
          op.label() + " needs two tensors of one dtype, got " + type() + " and " + other.type(),
          "Cast one of them: x.cast(" + dtype() + ").");
    }
    Shape shape = shape().broadcast(other.shape());
    return broadcastTo(shape).apply(op, other.broadcastTo(shape));
  }

  private Tensor number(double number) {
    return full(type(), number);
  }

  /** This + other. */
  public Tensor add(Tensor other) {
    return binary(new Binary.Add(), other);
  }

  /** This + number. */
  public Tensor add(double number) {
    return add(number(number));
  }

  /** This − other. */
  public Tensor sub(Tensor other) {
    return binary(new Binary.Sub(), other);
  }

  /** This − number. */
  public Tensor sub(double number) {
    return sub(number(number));
  }

  /** Elementwise product. */
  public Tensor mul(Tensor other) {
    return binary(new Binary.Mul(), other);
  }

  /** This · number. */
  public Tensor mul(double number) {
    return mul(number(number));
  }

  /** This / other. */
  public Tensor div(Tensor other) {
    return binary(new Binary.Div(), other);
  }

  /** This / number. */
  public Tensor div(double number) {
    return div(number(number));
  }

  /** This to the power of other. */
  public Tensor pow(Tensor other) {
    return binary(new Binary.Pow(), other);
  }

  /** This to the power of a number; whole powers from 1 to 4 are products. */
  public Tensor pow(double exponent) {
    if (exponent == 1 || exponent == 2 || exponent == 3 || exponent == 4) {
      Tensor product = exponent % 2 == 1 ? of(value()) : square();
      return exponent <= 2 ? product : product.mul(square());
    }
    return exponent == 0.5 ? sqrt() : pow(number(exponent));
  }

  /** The larger of both, elementwise. */
  public Tensor max(Tensor other) {
    return binary(new Binary.Max(), other);
  }

  /** The smaller of both, elementwise. */
  public Tensor min(Tensor other) {
    return binary(new Binary.Min(), other);
  }

  /** Bool: elementwise equality. */
  public Tensor equal(Tensor other) {
    return binary(new Binary.Equal(), other);
  }

  /** Bool: this &lt; other. */
  public Tensor less(Tensor other) {
    return binary(new Binary.Less(), other);
  }

  /** Bool: this ≤ other. */
  public Tensor lessOrEqual(Tensor other) {
    return binary(new Binary.LessOrEqual(), other);
  }

  /** Where this bool tensor holds {@code a}, elsewhere {@code b}; all broadcast. */
  public Tensor select(Tensor a, Tensor b) {
    Shape shape = shape().broadcast(a.shape()).broadcast(b.shape());
    return broadcastTo(shape)
        .apply(new kortex.op.Select(), a.broadcastTo(shape), b.broadcastTo(shape));
  }

  /** −this. */
  public Tensor neg() {
    return apply(new Unary.Neg());
  }

  /** |this|. */
  public Tensor abs() {
    return apply(new Unary.Abs());
  }

  /** −1, 0 or 1. */
  public Tensor sign() {
    return apply(new Unary.Sign());
  }

  /** The largest integer not above each element. */
  public Tensor floor() {
    return apply(new Unary.Floor());
  }

  /** e to the power of each element. */
  public Tensor exp() {
    return apply(new Unary.Exp());
  }

  /** The natural logarithm. */
  public Tensor log() {
    return apply(new Unary.Log());
  }

  /** The square root. */
  public Tensor sqrt() {
    return apply(new Unary.Sqrt());
  }

  /** Each element times itself. */
  public Tensor square() {
    return mul(this);
  }

  /** The sine, of radians. */
  public Tensor sin() {
    return apply(new Unary.Sin());
  }

  /** The cosine, of radians. */
  public Tensor cos() {
    return apply(new Unary.Cos());
  }

  /** The hyperbolic tangent. */
  public Tensor tanh() {
    return apply(new Unary.Tanh());
  }

  /** 1 / (1 + e^−x). */
  public Tensor sigmoid() {
    return apply(new Unary.Sigmoid());
  }

  /** The Gauss error function. */
  public Tensor erf() {
    return apply(new Unary.Erf());
  }

  /** Conversion to another element type. */
  public Tensor cast(DType to) {
    return dtype() == to ? of(value()) : apply(new Unary.Cast(to));
  }

  /** The same values, through which no gradient flows. */
  public Tensor stopGradient() {
    return apply(new Unary.StopGradient());
  }

  /** The sum over {@code axes}, which are dropped; over all axes when none is named. */
  public Tensor sum(int... axes) {
    List<Integer> over = reduced(axes);
    return over.isEmpty() ? this : apply(new Reduce.Sum(over));
  }

  /** The mean over {@code axes}, which are dropped; over all axes when none is named. */
  public Tensor mean(int... axes) {
    Tensor sum = sum(axes);
    long count = 1;
    for (int axis : reduced(axes)) {
      count *= shape().extent(axis);
    }
    return sum.mul(1.0 / count);
  }

  /** The largest element over {@code axes}, which are dropped; over all axes when none is named. */
  public Tensor max(int... axes) {
    List<Integer> over = reduced(axes);
    return over.isEmpty() ? this : apply(new Reduce.Max(over));
  }

  /** The smallest element over {@code axes}, which are dropped; over all when none is named. */
  public Tensor min(int... axes) {
    List<Integer> over = reduced(axes);
    return over.isEmpty() ? this : apply(new Reduce.Min(over));
  }

  private List<Integer> reduced(int[] axes) {
    return Axis.normaliseAll(java.util.Arrays.stream(axes).boxed().toList(), shape().rank());
  }

  /** The position of the first largest element along {@code axis}, as i32; the axis is dropped. */
  public Tensor argMax(int axis) {
    int along = Axis.normalise(axis, shape().rank());
    TensorType index = type().as(DType.I32);
    Tensor best = max(along).restore(shape(), along);
    Tensor none = full(index, shape().extent(along));
    return best.lessOrEqual(this).select(iota(index, along), none).min(along);
  }

  /** A reduced tensor repeated along the axis it was reduced over. */
  public Tensor restore(Shape shape, int... axes) {
    List<Integer> gone =
        Axis.normaliseAll(java.util.Arrays.stream(axes).boxed().toList(), shape.rank());
    return new Tensor(EMIT.restore(value(), shape, gone));
  }

  /** The same elements in another shape; one extent may be −1 and is inferred. */
  public Tensor reshape(long... extents) {
    long[] resolved = extents.clone();
    long known = 1;
    int open = -1;
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= extents[i];
      }
    }
    if (open >= 0) {
      resolved[open] = known == 0 ? 0 : type().size() / known;
    }
    return new Tensor(EMIT.reshape(value(), Shape.of(resolved)));
  }

  /** NumPy broadcasting to a shape. */
  public Tensor broadcastTo(Shape shape) {
    return new Tensor(EMIT.broadcastTo(value(), shape));
  }

  /** Axes in another order. */
  public Tensor permute(int... order) {
    List<Integer> normal = new ArrayList<>();
    for (int axis : order) {
      normal.add(Axis.normalise(axis, shape().rank()));
    }
    return apply(new View.Permute(normal));
  }

  /** The last two axes swapped. */
  public Tensor transpose() {
    List<Integer> order = new ArrayList<>(Axis.range(0, shape().rank()));
    if (order.size() < 2) {
      throw new ShapeException("cannot transpose " + type(), "Reshape it to a matrix first.");
    }
    Collections.swap(order, order.size() - 1, order.size() - 2);
    return apply(new View.Permute(order));
  }

  /**
   * Matrix product as NumPy's matmul: vectors count as a row (left) or a column (right), leading
   * axes broadcast.
   */
  public Tensor matmul(Tensor other) {
    if (shape().rank() == 0 || other.shape().rank() == 0) {
      throw new ShapeException(
          "matmul of a scalar: " + type() + " and " + other.type(), "Multiply with * instead.");
    }
    if (shape().rank() == 1) {
      Tensor out = reshape(1, shape().extent(0)).matmul(other);
      int gone = other.shape().rank() == 1 ? 0 : out.shape().rank() - 2;
      return out.squeeze(gone);
    }
    if (other.shape().rank() == 1) {
      Tensor out = matmul(other.reshape(other.shape().extent(0), 1));
      return out.squeeze(out.shape().rank() - 1);
    }
    Shape batch = stack(this).broadcast(stack(other));
    return onStack(batch).apply(new MatMul(false, false), other.onStack(batch));
  }

  private static Shape stack(Tensor matrix) {
    return matrix.shape().take(matrix.shape().rank() - 2);
  }

  private Tensor onStack(Shape batch) {
    int rank = shape().rank();
    return broadcastTo(
        batch
            .insert(batch.rank(), shape().extent(rank - 2))
            .insert(batch.rank() + 1, shape().extent(rank - 1)));
  }

  private Tensor squeeze(int axis) {
    Shape kept =
        Shape.of(
            Axis.without(shape().rank(), List.of(axis)).stream().map(shape()::extent).toList());
    return new Tensor(EMIT.reshape(value(), kept));
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
    return Evaluator.current().evaluate(List.of(current)).getFirst();
  }

  /** The elements in row-major order as f32, computed now. */
  public float[] toFloatArray() {
    MemorySegment data = compute().host();
    float[] out = new float[Math.toIntExact(type().size())];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) HostMemory.get(data, dtype(), i);
    }
    return out;
  }

  /** The elements in row-major order as f64, computed now. */
  public double[] toDoubleArray() {
    MemorySegment data = compute().host();
    double[] out = new double[Math.toIntExact(type().size())];
    for (int i = 0; i < out.length; i++) {
      out[i] = HostMemory.get(data, dtype(), i);
    }
    return out;
  }

  /** The only element, computed now. Throws {@link ShapeException} when there are more. */
  public double item() {
    if (type().size() != 1) {
      throw new ShapeException(
          "item() needs one element, " + type() + " has " + type().size(),
          "Reduce it first (sum, mean) or use toFloatArray().");
    }
    return HostMemory.get(compute().host(), dtype(), 0);
  }

  /** The numbers, computed now and written as NumPy writes them. */
  @Override
  public final String toString() {
    return TensorFormat.format(type(), compute().host());
  }
}

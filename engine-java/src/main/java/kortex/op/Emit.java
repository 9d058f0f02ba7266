package kortex.op;

import java.util.Collection;
import java.util.List;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Where gradient rules and composites write ops to. The graph implements it; {@code V} is its value
 * type. Elementwise operands must have equal types: broadcasting is always an explicit op.
 */
public interface Emit<V> {
  /** The type of a value. */
  TensorType type(V value);

  /** Applies an op and returns its outputs. */
  List<V> emit(Op op, List<V> inputs);

  /** Applies an op of one output. */
  default V one(Op op, List<V> inputs) {
    return emit(op, inputs).getFirst();
  }

  /** A tensor of one repeated value. */
  default V fill(TensorType type, double value) {
    return one(new Leaf.Fill(type, value), List.of());
  }

  /** {@code value} repeated in the type of {@code like}. */
  default V fillLike(V like, double value) {
    return fill(type(like), value);
  }

  default V neg(V x) {
    return one(new Unary.Neg(), List.of(x));
  }

  default V exp(V x) {
    return one(new Unary.Exp(), List.of(x));
  }

  default V log(V x) {
    return one(new Unary.Log(), List.of(x));
  }

  default V sign(V x) {
    return one(new Unary.Sign(), List.of(x));
  }

  default V sin(V x) {
    return one(new Unary.Sin(), List.of(x));
  }

  default V cos(V x) {
    return one(new Unary.Cos(), List.of(x));
  }

  default V cast(V x, DType to) {
    return type(x).dtype() == to ? x : one(new Unary.Cast(to), List.of(x));
  }

  default V add(V a, V b) {
    return one(new Binary.Add(), List.of(a, b));
  }

  default V sub(V a, V b) {
    return one(new Binary.Sub(), List.of(a, b));
  }

  default V mul(V a, V b) {
    return one(new Binary.Mul(), List.of(a, b));
  }

  default V div(V a, V b) {
    return one(new Binary.Div(), List.of(a, b));
  }

  default V pow(V a, V b) {
    return one(new Binary.Pow(), List.of(a, b));
  }

  default V equal(V a, V b) {
    return one(new Binary.Equal(), List.of(a, b));
  }

  default V less(V a, V b) {
    return one(new Binary.Less(), List.of(a, b));
  }

  default V lessOrEqual(V a, V b) {
    return one(new Binary.LessOrEqual(), List.of(a, b));
  }

  /** {@code a} where the condition holds, {@code b} elsewhere. */
  default V select(V condition, V a, V b) {
    return one(new Select(), List.of(condition, a, b));
  }

  /** {@code x} times a number. */
  default V scale(V x, double factor) {
    return mul(x, fillLike(x, factor));
  }

  /** {@code x} plus a number. */
  default V shift(V x, double term) {
    return add(x, fillLike(x, term));
  }

  /** The sum over {@code axes}, which are dropped. */
  default V sum(V x, Collection<Integer> axes) {
    return axes.isEmpty() ? x : one(new Reduce.Sum(List.copyOf(axes)), List.of(x));
  }

  /** The same elements in another shape. */
  default V reshape(V x, Shape shape) {
    return type(x).shape().equals(shape) ? x : one(new View.Reshape(shape), List.of(x));
  }

  /** Axis {@code i} of {@code x} becomes axis {@code axes[i]} of {@code shape}. */
  default V broadcast(V x, Shape shape, List<Integer> axes) {
    return one(new View.Broadcast(shape, axes), List.of(x));
  }

  /** NumPy broadcasting to {@code shape}: axes aligned at the end. */
  default V broadcastTo(V x, Shape shape) {
    int rank = type(x).shape().rank();
    return type(x).shape().equals(shape)
        ? x
        : broadcast(x, shape, Axis.range(shape.rank() - rank, shape.rank()));
  }

  /** A reduced value put back along the axes it was reduced over. */
  default V restore(V reduced, Shape shape, Collection<Integer> axes) {
    return broadcast(reduced, shape, Axis.without(shape.rank(), axes));
  }

  default V matMul(V a, V b, boolean transposeA, boolean transposeB) {
    return one(new MatMul(transposeA, transposeB), List.of(a, b));
  }

  /** The elements at some positions of each axis. */
  default V slice(V x, List<View.Range> ranges) {
    boolean all = View.Range.all(type(x).shape()).equals(ranges);
    return all ? x : one(new View.Slice(List.copyOf(ranges)), List.of(x));
  }

  /** {@code x} with {@code value} before, between and behind its elements. */
  default V pad(V x, List<Join.Margin> margins, double value) {
    boolean none = margins.stream().allMatch(m -> m.extent(2) == 2);
    return none ? x : one(new Join.Pad(List.copyOf(margins), value), List.of(x));
  }

  /** One behind the other along an axis. */
  default V concat(List<V> parts, int axis) {
    return parts.size() == 1 ? parts.getFirst() : one(new Join.Concat(axis), parts);
  }
}

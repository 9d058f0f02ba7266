package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.tensor.Axis;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * What a node of the graph computes. Backends switch over the sealed families without a default, so
 * an op that no backend handles does not compile.
 */
public sealed interface Op
    permits Leaf,
        Unary,
        Binary,
        Select,
        Reduce,
        View,
        Join,
        Index,
        Accumulate,
        ArgSort,
        Random,
        MatMul,
        Attention,
        LinearAlgebra,
        Convolution,
        Pooling,
        Region {

  /** The types of the outputs for inputs of the given types; throws when they do not fit. */
  List<TensorType> infer(List<TensorType> inputs);

  /**
   * The vector-Jacobian product: for each input the gradient that flows to it, or empty when none
   * does (integers, random keys).
   */
  <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call);

  /**
   * The batching rule of {@code vmap}: the op applied to every member of a batch at once. The
   * results all have the members along their first axis.
   */
  <V> List<V> batch(Emit<V> e, Batch<V> b);

  /**
   * Whether an element of the result combines many numbers. On f16 and bf16 such an op accumulates
   * in f32 or better and rounds once.
   */
  default boolean accumulates() {
    return false;
  }

  /** About how many operations on numbers one application takes; a multiply-add counts as two. */
  default double flops(List<TensorType> inputs, List<TensorType> outputs) {
    return outputs.stream().mapToDouble(TensorType::size).sum();
  }

  /** The name in graphs, tables and error messages: {@code matMul}. */
  default String label() {
    String simple = getClass().getSimpleName();
    return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
  }

  /**
   * One application of an op during differentiation.
   *
   * @param inputs the values it was applied to
   * @param outputs the values it gave
   * @param gradients the gradient of the result with respect to each output
   */
  record Call<V>(List<V> inputs, List<V> outputs, List<V> gradients) {
    /** Input number {@code i}. */
    public V in(int i) {
      return inputs.get(i);
    }

    /** The only output. */
    public V out() {
      return outputs.getFirst();
    }

    /** The gradient of the only output. */
    public V grad() {
      return gradients.getFirst();
    }
  }

  /**
   * One application of an op to a batch; at least one input is batched.
   *
   * @param inputs the values it is applied to
   * @param batched which of them differ between members, which then lie along a first axis more
   * @param size the number of members
   */
  record Batch<V>(List<V> inputs, List<Boolean> batched, long size) {
    /** Input number {@code i} as it is. */
    public V in(int i) {
      return inputs.get(i);
    }

    /** Whether input number {@code i} has the first axis. */
    public boolean has(int i) {
      return batched.get(i);
    }

    /** Input number {@code i} with the first axis, repeated along it when it has none. */
    public V full(Emit<V> e, int i) {
      V x = in(i);
      Shape shape = e.type(x).shape();
      return has(i) ? x : e.broadcast(x, shape.prepend(size), Axis.range(1, shape.rank() + 1));
    }

    /** All inputs with the first axis. */
    public List<V> full(Emit<V> e) {
      return Axis.range(0, inputs.size()).stream().map(i -> full(e, i)).toList();
    }

    /** The axes of one member as axes of the batch. */
    public static List<Integer> shifted(List<Integer> axes) {
      return axes.stream().map(a -> a + 1).toList();
    }
  }

  /** Throws unless {@code op} got {@code count} inputs. */
  static void arity(Op op, List<TensorType> inputs, int count) {
    if (inputs.size() != count) {
      throw new ShapeException(
          op.label() + " takes " + count + " inputs, got " + inputs.size(),
          "Pass exactly " + count + ".");
    }
  }
}

package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * What a node of the graph computes. Backends switch over the sealed families without a default, so
 * an op that no backend handles does not compile.
 */
public sealed interface Op
    permits Leaf, Unary, Binary, Select, Reduce, View, Index, Random, MatMul, Convolution, Pooling {

  /** The types of the outputs for inputs of the given types; throws when they do not fit. */
  List<TensorType> infer(List<TensorType> inputs);

  /**
   * The vector-Jacobian product: for each input the gradient that flows to it, or empty when none
   * does (integers, random keys).
   */
  <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call);

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

  /** Throws unless {@code op} got {@code count} inputs. */
  static void arity(Op op, List<TensorType> inputs, int count) {
    if (inputs.size() != count) {
      throw new ShapeException(
          op.label() + " takes " + count + " inputs, got " + inputs.size(),
          "Pass exactly " + count + ".");
    }
  }
}

package kortex.backend.cpu;

import java.util.List;
import java.util.Optional;
import kortex.backend.cpu.emit.Product;
import kortex.op.Epilogue;
import kortex.op.MatMul;
import kortex.plan.Plan;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Which products run as generated code: those that are small enough that a library takes a good
 * part of their time to begin, and whose operands stay in the caches without being rearranged.
 */
final class SmallProducts {
  private static final double MOST_FLOPS = 1 << 28;

  /** Elements of an operand: four megabytes. */
  private static final long MOST_ELEMENTS = 1 << 20;

  private SmallProducts() {}

  /** The product that a step computes, if it is a small one. */
  static Optional<Product> of(Plan plan, Plan.OpStep step) {
    return step.op() instanceof MatMul op
        ? of(
            op,
            step.epilogue(),
            step.inputs().subList(0, 2).stream().map(i -> plan.buffers().get(i).type()).toList())
        : Optional.empty();
  }

  /** The product of values of some types, if it is a small one. */
  static Optional<Product> of(MatMul op, Epilogue epilogue, List<TensorType> inputs) {
    TensorType out = op.infer(inputs).getFirst();
    if (out.dtype() != DType.F32 || out.shape().rank() != 2) {
      return Optional.empty();
    }
    Shape a = inputs.getFirst().shape();
    long m = out.shape().extent(0);
    long k = a.extent(op.transposeA() ? 0 : 1);
    long n = out.shape().extent(1);
    if (!Product.takes(epilogue)
        || out.size() == 0
        || k == 0
        || 2.0 * m * k * n > MOST_FLOPS
        || Math.max(k * n, m * k) > MOST_ELEMENTS) {
      return Optional.empty();
    }
    return Optional.of(
        new Product((int) m, (int) k, (int) n, op.transposeA(), op.transposeB(), epilogue));
  }
}

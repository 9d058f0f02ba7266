package kortex.backend.cpu;

import java.util.List;
import java.util.Optional;
import kortex.op.Convolution;
import kortex.op.MatMul;
import kortex.op.Op;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/**
 * Which products and convolutions run on bf16: those that are large enough to be library calls
 * anyway, on processors that multiply bf16 and add to f32. Elsewhere oneDNN would do the same with
 * twice the instructions of f32.
 */
record HalfProducts(CpuFeatures features) {
  /** From products of two 64 × 64 matrices on. */
  private static final double FEWEST_FLOPS = 1 << 19;

  /** Why there are none, in one line. */
  Optional<String> lacking() {
    return features.multipliesBf16()
        ? Optional.empty()
        : Optional.of("this processor has neither AVX512-BF16 nor AMX: " + features.cpu());
  }

  /** Whether an op on f32 is faster on bf16. */
  boolean wants(Op op, List<TensorType> inputs) {
    return are(DType.F32, inputs) && isWorthIt(op, inputs);
  }

  /** Whether an op of f32 runs on these values of bf16. */
  boolean runs(Op op, List<TensorType> inputs) {
    return are(DType.BF16, inputs) && isWorthIt(op, inputs);
  }

  private static boolean are(DType dtype, List<TensorType> inputs) {
    return inputs.stream().allMatch(t -> t.dtype() == dtype && t.size() > 0);
  }

  private boolean isWorthIt(Op op, List<TensorType> inputs) {
    return features.multipliesBf16()
        && (op instanceof MatMul || op instanceof Convolution)
        && op.flops(inputs, op.infer(inputs)) >= FEWEST_FLOPS;
  }
}

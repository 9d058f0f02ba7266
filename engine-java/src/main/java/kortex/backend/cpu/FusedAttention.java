package kortex.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kortex.backend.cpu.emit.AttentionPass;
import kortex.op.Attention;
import kortex.plan.Plan;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Which attention runs as generated code, block by block, without the weights: that for which they
 * would take longer to write and read than to compute again.
 */
final class FusedAttention {
  /** Pairs of a query and a key of one head. Of causal ones half are left out, of weights none. */
  private static final long FEWEST_PAIRS = 1 << 15;

  private static final long FEWEST_CAUSAL = 1 << 14;

  /** A block of queries is computed as a whole, however few are there. */
  private static final long FEWEST_QUERIES = 32;

  /** A block of queries then takes less than half of a second-level cache. */
  private static final long MOST_FEATURES = 256;

  private static final long MOST_ELEMENTS = Integer.MAX_VALUE / 2;

  private FusedAttention() {}

  /** How an op runs, and why. */
  static String choice(Attention op, List<TensorType> inputs) {
    return refusal(op, inputs)
        .map(why -> "as products and softmax: " + why)
        .orElse("block by block: no weights are stored");
  }

  /** Why an op is not taken; empty if it is. */
  private static Optional<String> refusal(Attention op, List<TensorType> inputs) {
    Shape q = inputs.get(0).shape();
    Shape k = inputs.get(1).shape();
    long values = inputs.get(2).shape().extent(-1);
    if (inputs.getFirst().dtype() != DType.F32) {
      return Optional.of("only f32 is computed block by block");
    }
    if (inputs.stream().anyMatch(t -> t.size() == 0)) {
      return Optional.of("nothing is computed");
    }
    if (Math.max(q.extent(-1), values) > MOST_FEATURES) {
      return Optional.of("heads of more than " + MOST_FEATURES + " features");
    }
    if (inputs.stream().anyMatch(t -> t.size() > MOST_ELEMENTS)) {
      return Optional.of("too many elements");
    }
    long fewest = op.causal() ? FEWEST_CAUSAL : FEWEST_PAIRS;
    if (q.extent(-2) < FEWEST_QUERIES || q.extent(-2) * k.extent(-2) < fewest) {
      return Optional.of(
          q.extent(-2) + " queries and " + k.extent(-2) + " keys are few: weights are stored");
    }
    return Optional.empty();
  }

  static boolean takes(Attention op, List<TensorType> inputs) {
    return refusal(op, inputs).isEmpty();
  }

  /** The pass that a step computes, if it is taken. */
  static Optional<AttentionPass> of(Plan plan, Plan.OpStep step) {
    if (!(step.op() instanceof Attention op)) {
      return Optional.empty();
    }
    List<TensorType> inputs =
        step.inputs().stream().map(i -> plan.buffers().get(i).type()).toList();
    return takes(op, inputs) ? Optional.of(pass(op, inputs)) : Optional.empty();
  }

  private static AttentionPass pass(Attention op, List<TensorType> inputs) {
    Shape q = inputs.get(0).shape();
    Shape k = inputs.get(1).shape();
    int heads = Math.toIntExact(q.take(q.rank() - 2).size());
    return new AttentionPass(
        op instanceof Attention.AttendGrad,
        heads,
        heads / Math.toIntExact(k.take(k.rank() - 2).size()),
        (int) q.extent(-2),
        (int) k.extent(-2),
        (int) q.extent(-1),
        (int) inputs.get(2).shape().extent(-1),
        op.causal(),
        op.scale(),
        op.biased() ? Optional.of(bias(q, inputs.get(3).shape())) : Optional.empty());
  }

  private static AttentionPass.Bias bias(Shape q, Shape bias) {
    List<Integer> extents = new ArrayList<>();
    List<Long> strides = new ArrayList<>();
    for (int axis = 0; axis < q.rank() - 2; axis++) {
      extents.add((int) q.extent(axis));
      strides.add(bias.extent(axis) == 1 ? 0 : bias.strides()[axis]);
    }
    // Where there is one query its row may as well be repeated.
    return new AttentionPass.Bias(extents, strides, bias.extent(-2) > 1);
  }
}

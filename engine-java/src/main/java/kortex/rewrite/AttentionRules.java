package kortex.rewrite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kortex.graph.Graph.Ref;
import kortex.op.Attention;
import kortex.op.AttentionFormula;
import kortex.op.AttentionFormula.Softmax;

/**
 * Writes attention out as products and a softmax, where the backend does not run it whole. A
 * gradient then uses the weights of the forward pass, which are kept.
 */
final class AttentionRules {
  private final Simplify g;

  /** The weights behind logarithms of sums. */
  private final Map<Written, Ref> weights = new HashMap<>();

  private record Written(boolean causal, double scale, List<Ref> inputs, Ref logSum) {}

  AttentionRules(Simplify g) {
    this.g = g;
  }

  /** The results of an op on some inputs. */
  List<Ref> write(Attention op, List<Ref> inputs) {
    int own = op.biased() ? 4 : 3;
    List<Ref> first = List.copyOf(inputs.subList(0, own));
    AttentionFormula<Ref> formula = AttentionFormula.of(g, op, first);
    return switch (op) {
      case Attention.Attend attend -> {
        Softmax<Ref> softmax = formula.softmax();
        weights.put(key(op, first, softmax.logSum()), softmax.weights());
        yield List.of(formula.mixed(softmax.weights()), softmax.logSum());
      }
      case Attention.AttendGrad grad -> {
        Ref logSum = inputs.get(own);
        Ref known = weights.get(key(op, first, logSum));
        Ref used = known == null ? formula.weights(logSum) : known;
        yield formula.gradients(used, inputs.get(own + 1), inputs.get(own + 2));
      }
    };
  }

  private static Written key(Attention op, List<Ref> inputs, Ref logSum) {
    return new Written(op.causal(), op.scale(), inputs, logSum);
  }
}

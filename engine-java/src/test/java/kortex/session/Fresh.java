package kortex.session;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import kortex.graph.Evaluator;
import kortex.graph.Order;
import kortex.graph.Tensor;

/**
 * Numbers that a session really computes. A tensor remembers its numbers, whichever session
 * computed them: a test that compares sessions builds its tensors anew for each.
 */
public final class Fresh {
  private Fresh() {}

  /** The numbers of {@code x}; fails when they, or a part of them, are known already. */
  public static double[] numbers(Session session, Tensor x) {
    boolean known =
        Order.of(List.of(x.value()), n -> n.storage().isPresent()).stream()
            .anyMatch(n -> n.computed().isPresent());
    assertFalse(known, "computed before: build the tensor anew for this session");
    return ScopedValue.where(Evaluator.SCOPED, session).call(x::toDoubleArray);
  }
}

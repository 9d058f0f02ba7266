package kortex.optimizer;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.SettingException;
import kortex.tensor.TensorType;

/**
 * Stochastic gradient descent, as PyTorch's: with {@code g ← gradient + weightDecay · p}, {@code v
 * ← momentum · v + g}, the parameter moves by {@code −rate · v}, or with Nesterov's momentum by
 * {@code −rate · (g + momentum · v)} (Sutskever et al., "On the importance of initialization and
 * momentum in deep learning", 2013).
 *
 * @param rate learning rate
 * @param momentum 0 ≤ momentum &lt; 1, default 0: no memory
 * @param nesterov needs momentum, default false
 * @param weightDecay 0 or more, default 0
 */
public record Sgd(Schedule rate, double momentum, boolean nesterov, double weightDecay)
    implements Optimizer {
  /** Throws {@code SettingException} when a value is out of range. */
  public Sgd {
    Check.fraction("momentum", momentum);
    SettingException.require(
        !nesterov || momentum > 0, "momentum", momentum, "above 0 with nesterov");
    Check.notNegative("weightDecay", weightDecay);
  }

  /** Plain gradient descent. */
  public static Sgd of(double rate) {
    return new Sgd(Schedule.constant(rate), 0, false, 0);
  }

  @Override
  public Sgd withRate(Schedule rate) {
    return new Sgd(rate, momentum, nesterov, weightDecay);
  }

  @Override
  public List<Slot> slots(TensorType parameter) {
    return momentum == 0 ? List.of() : List.of(new Slot("momentum", parameter, 0));
  }

  @Override
  public Update update(Application at) {
    Tensor p = at.parameter();
    Tensor g = weightDecay == 0 ? at.gradient() : at.gradient().add(p.mul(weightDecay));
    if (momentum == 0) {
      return new Update(p.sub(g.mul(at.rate())), List.of());
    }
    Tensor v = at.slots().getFirst().mul(momentum).add(g);
    Tensor direction = nesterov ? g.add(v.mul(momentum)) : v;
    return new Update(p.sub(direction.mul(at.rate())), List.of(v));
  }
}

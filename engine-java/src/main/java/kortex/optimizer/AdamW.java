package kortex.optimizer;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.TensorType;

/**
 * Adam with decoupled decay (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019),
 * as PyTorch's: {@code p ← p · (1 − rate · weightDecay)}, then Adam's move.
 *
 * @param rate learning rate, usually 1e-3
 * @param moments decays of the running means
 * @param weightDecay 0 or more, default 0.01
 */
public record AdamW(Schedule rate, Moments moments, double weightDecay) implements Optimizer {
  /** Throws {@code SettingException} when a value is out of range. */
  public AdamW {
    Check.notNegative("weightDecay", weightDecay);
  }

  /** AdamW with the defaults. */
  public static AdamW of(double rate) {
    return new AdamW(Schedule.constant(rate), Moments.DEFAULT, 0.01);
  }

  @Override
  public AdamW withRate(Schedule rate) {
    return new AdamW(rate, moments, weightDecay);
  }

  @Override
  public List<Slot> slots(TensorType parameter) {
    return moments.slots(parameter);
  }

  @Override
  public Update update(Application at) {
    Tensor p = at.parameter();
    Tensor kept = weightDecay == 0 ? p : p.mul(at.rate().mul(-weightDecay).add(1));
    return moments.step(kept, at.gradient(), at);
  }
}

package kortex.optimizer;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.TensorType;

/**
 * Adam (Kingma and Ba, 2015), as PyTorch's: with {@code g ← gradient + weightDecay · p}, the
 * parameter moves by {@code −rate · m̂ / (√v̂ + epsilon)}, where m̂ and v̂ are corrected running
 * means of g and g².
 *
 * @param rate learning rate, usually 1e-3
 * @param moments decays of the running means
 * @param weightDecay 0 or more, default 0; AdamW's is usually the better one
 */
public record Adam(Schedule rate, Moments moments, double weightDecay) implements Optimizer {
  /** Throws {@code SettingException} when a value is out of range. */
  public Adam {
    Check.notNegative("weightDecay", weightDecay);
  }

  /** Adam with the defaults. */
  public static Adam of(double rate) {
    return new Adam(Schedule.constant(rate), Moments.DEFAULT, 0);
  }

  @Override
  public Adam withRate(Schedule rate) {
    return new Adam(rate, moments, weightDecay);
  }

  @Override
  public List<Slot> slots(TensorType parameter) {
    return moments.slots(parameter);
  }

  @Override
  public Update update(Application at) {
    Tensor p = at.parameter();
    Tensor g = weightDecay == 0 ? at.gradient() : at.gradient().add(p.mul(weightDecay));
    return moments.step(p, g, at);
  }
}

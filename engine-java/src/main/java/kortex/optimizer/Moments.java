package kortex.optimizer;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.DType;
import kortex.tensor.TensorType;

/**
 * The part that Adam and its relatives share: running means of the gradient and of its square,
 * corrected for their start at 0.
 *
 * @param beta1 decay of the mean of gradients, 0 ≤ beta1 &lt; 1, default 0.9
 * @param beta2 decay of the mean of squares, 0 ≤ beta2 &lt; 1, default 0.999
 * @param epsilon added to the root, above 0, default 1e-8
 */
public record Moments(double beta1, double beta2, double epsilon) {
  /** The defaults of the paper. */
  public static final Moments DEFAULT = new Moments(0.9, 0.999, 1e-8);

  /** Throws {@code SettingException} when a value is out of range. */
  public Moments {
    Check.fraction("beta1", beta1);
    Check.fraction("beta2", beta2);
    Check.positive("epsilon", epsilon);
  }

  List<Optimizer.Slot> slots(TensorType parameter) {
    return List.of(
        new Optimizer.Slot("mean", parameter, 0), new Optimizer.Slot("square", parameter, 0));
  }

  /** {@code p − rate · m̂ / (√v̂ + ε)}, starting from {@code p}. */
  Optimizer.Update step(Tensor p, Tensor g, Optimizer.Application at) {
    Tensor mean = at.slots().get(0).mul(beta1).add(g.mul(1 - beta1));
    Tensor square = at.slots().get(1).mul(beta2).add(g.square().mul(1 - beta2));
    Tensor root = square.sqrt().div(correction(beta2, at.step(), p.dtype()).sqrt()).add(epsilon);
    Tensor pace = at.rate().div(correction(beta1, at.step(), p.dtype()));
    return new Optimizer.Update(p.sub(mean.div(root).mul(pace)), List.of(mean, square));
  }

  /** {@code 1 − beta^step}; in f64, since f32 would lose half of the digits of 1 − 0.999. */
  private static Tensor correction(double beta, Tensor step, DType dtype) {
    if (beta == 0) {
      return Tensor.full(step.type().as(dtype), 1);
    }
    Tensor power = step.cast(DType.F64).mul(Math.log(beta)).exp();
    return power.neg().add(1).cast(dtype);
  }
}

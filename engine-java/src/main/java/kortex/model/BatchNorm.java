package kortex.model;

import java.util.List;
import kortex.graph.Tensor;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015): {@code y = (x − mean) / √(variance + epsilon) ·
 * scale + shift}, for each channel of {@code [batch, channels, ..]}. Training takes mean and biased
 * variance of the batch and moves the running ones, {@code running ← (1 − momentum) · running +
 * momentum · batch}, with the unbiased variance; inference takes the running ones. All as PyTorch
 * does. Parameters {@code scale}, {@code shift} and states {@code mean}, {@code variance} are
 * {@code [channels]}.
 *
 * @param momentum from 0 to 1, default 0.1
 * @param epsilon above 0, default 1e-5
 */
public record BatchNorm(double momentum, double epsilon) implements Layer {
  /** Throws {@code SettingException} when a value is out of range. */
  public BatchNorm {
    SettingException.require(momentum >= 0 && momentum <= 1, "momentum", momentum, "from 0 to 1");
    SettingException.require(epsilon > 0, "epsilon", epsilon, "above 0");
  }

  /** Batch normalisation with the defaults. */
  public static BatchNorm of() {
    return new BatchNorm(0.1, 1e-5);
  }

  @Override
  public String kind() {
    return "batchNorm";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    if (in.rank() < 1) {
      throw new ShapeException("batchNorm needs channels, got " + in, "Give it [channels, ..].");
    }
    return in;
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape channels = inputs.getFirst().take(1);
    return List.of(
        WeightSpec.of("scale", channels, Initializer.ones()),
        WeightSpec.of("shift", channels, Initializer.zeros()));
  }

  @Override
  public List<StateSpec> states(List<Shape> inputs) {
    Shape channels = inputs.getFirst().take(1);
    return List.of(new StateSpec("mean", channels, 0), new StateSpec("variance", channels, 1));
  }

  @Override
  public Tensor forward(Forward context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    if (context.phase() == Phase.INFERENCE) {
      return normalise(context, x, context.state("mean"), context.state("variance"));
    }
    int[] axes = axes(x.shape());
    long count = x.type().size() / x.shape().extent(1);
    if (count < 2) {
      throw new ShapeException(
          "batchNorm cannot measure a variance: a batch of "
              + x.type()
              + " has one value for each channel",
          "Train with batches of 2 or more, also in the last batch of an epoch.");
    }
    Tensor mean = x.mean(axes);
    Tensor variance = x.sub(mean.restore(x.shape(), axes)).square().mean(axes);
    move(context, "mean", mean);
    move(context, "variance", variance.mul((double) count / (count - 1)));
    return normalise(context, x, mean, variance);
  }

  private void move(Forward context, String state, Tensor batch) {
    Tensor moved = context.state(state).mul(1 - momentum).add(batch.mul(momentum));
    context.update(state, moved.stopGradient());
  }

  private Tensor normalise(Forward context, Tensor x, Tensor mean, Tensor variance) {
    int[] axes = axes(x.shape());
    Tensor scale = context.weight("scale").div(variance.add(epsilon).sqrt());
    return x.sub(mean.restore(x.shape(), axes))
        .mul(scale.restore(x.shape(), axes))
        .add(context.weight("shift").restore(x.shape(), axes));
  }

  /** All axes but the channels. */
  private static int[] axes(Shape shape) {
    int[] axes = new int[shape.rank() - 1];
    for (int i = 1; i < axes.length; i++) {
      axes[i] = i + 1;
    }
    return axes;
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 2 * inputs.getFirst().size();
  }

  @Override
  public String toString() {
    return equals(of()) ? "batchNorm()" : "batchNorm(" + momentum + ", " + epsilon + ")";
  }
}

package kortex.model;

import kortex.graph.Tensor;
import kortex.tensor.SettingException;

/** A penalty on the size of a weight, added to the loss. Open, as initializers are. */
public interface Regularizer {
  /** The penalty: a scalar. */
  Tensor penalty(Tensor weight);

  /** {@code factor · Σ|w|}. Throws {@code SettingException} when the factor is negative. */
  record L1(double factor) implements Regularizer {
    public L1 {
      SettingException.require(factor >= 0 && Double.isFinite(factor), "l1", factor, "0 or more");
    }

    @Override
    public Tensor penalty(Tensor weight) {
      return weight.abs().sum().mul(factor);
    }
  }

  /** {@code factor · Σw²}. Throws {@code SettingException} when the factor is negative. */
  record L2(double factor) implements Regularizer {
    public L2 {
      SettingException.require(factor >= 0 && Double.isFinite(factor), "l2", factor, "0 or more");
    }

    @Override
    public Tensor penalty(Tensor weight) {
      return weight.square().sum().mul(factor);
    }
  }
}

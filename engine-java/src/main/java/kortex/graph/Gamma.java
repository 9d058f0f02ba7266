package kortex.graph;

import kortex.tensor.TensorType;

/**
 * Gamma draws by Marsaglia and Tsang's rejection, with a fixed number of proposals for each
 * element, so that no element waits for another and every backend does the same. A proposal is
 * refused with a probability of at most 1 in 20; after {@link #PROPOSALS} of them, once in 10⁸
 * elements, the mean stands in.
 */
final class Gamma {
  private static final int PROPOSALS = 6;

  private Gamma() {}

  /**
   * Draws {@code number · e^exponent}: for small concentrations that product is 0, but not the
   * number, and the ratios of several such draws are known.
   */
  record Scaled(Tensor number, Tensor exponent) {
    Tensor product() {
      return number.mul(exponent.exp());
    }

    /** The products, divided by e^largest. */
    Tensor relativeTo(Tensor largest) {
      return number.mul(exponent.sub(largest).exp());
    }
  }

  static Scaled draw(Key key, Tensor concentration) {
    Tensor a = concentration.stopGradient();
    TensorType type = a.type();
    Tensor one = Tensor.full(type, 1);
    Tensor small = a.less(one);
    // Below 1 a draw of a + 1 is scaled down by u^(1/a).
    Tensor d = small.select(a.add(1), a).sub(1.0 / 3);
    Tensor c = d.sqrt().mul(3);
    Tensor result = d;
    for (int i = PROPOSALS - 1; i >= 0; i--) {
      Tensor x = key.lane(2 * i).normal(type);
      Tensor root = x.div(c).add(1);
      Tensor positive = Tensor.full(type, 0).less(root);
      Tensor v = positive.select(root, one).pow(3);
      Tensor u = one.sub(key.lane(2 * i + 1).uniform(type));
      Tensor bound = x.square().mul(0.5).add(d.mul(one.sub(v).add(v.log())));
      Tensor taken = u.log().less(bound);
      result = positive.select(taken.select(d.mul(v), result), result);
    }
    Tensor u = one.sub(key.lane(2 * PROPOSALS).uniform(type));
    Tensor least = Tensor.full(type, -type.dtype().largest());
    Tensor exponent = small.select(u.log().div(a).max(least), Tensor.full(type, 0));
    Tensor valid = Tensor.full(type, 0).less(a);
    Tensor drawn = valid.select(result, Tensor.full(type, Double.NaN));
    return new Scaled(drawn.stopGradient(), exponent.stopGradient());
  }
}

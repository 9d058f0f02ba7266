package kortex.graph;

import kortex.op.Random;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Random tensors. A {@link Key} gives the same ones at every call, a {@link KeyStream} others.
 *
 * <p>The uniform bits behind all of them are equal on all backends; what is computed from them is
 * equal to rounding. Draws have fixed parameters where others are a shift and a scale of them:
 * write {@code noise.mul(scale).add(mean)}, through which gradients flow. f16 and bf16 are drawn in
 * f32 and rounded, but for {@link #uniform}.
 */
public sealed interface Draws permits Key, KeyStream {
  /** Uniform in [0, 1): multiples of 2⁻²⁴, in f64 of 2⁻⁵³. Throws unless the dtype is a float. */
  default Tensor uniform(TensorType type) {
    return key().draw(new Random.Uniform(type.dtype()), type.shape());
  }

  /**
   * Uniform from {@code low} to {@code high}, which rounding can reach. Throws {@link
   * SettingException} unless low ≤ high.
   */
  default Tensor uniform(TensorType type, double low, double high) {
    require(low <= high, "uniform(low, high)", low + ", " + high, "low ≤ high");
    return uniform(type).mul(high - low).add(low);
  }

  /**
   * Integers from {@code low} to {@code high} − 1, equally likely to one part in 2⁶³ / (high −
   * low). Throws {@link SettingException} unless low &lt; high, and both are of the dtype.
   */
  default Tensor randint(TensorType type, long low, long high) {
    if (!type.dtype().isInteger()) {
      throw new DTypeException("randint makes integers, not " + type.dtype(), "Use uniform.");
    }
    require(low < high, "randint(low, high)", low + ", " + high, "low < high");
    require(
        low >= type.dtype().least() && high - 1 <= type.dtype().greatest(),
        "randint(low, high)",
        low + ", " + high,
        "within " + type.dtype());
    long range = high - low;
    require(range > 0 && range <= Key.EXACT, "high − low", range, "2⁵³ at most");
    require(Math.abs(low) <= Key.EXACT, "low", low, "from −2⁵³ to 2⁵³");
    Tensor bits = key().draw(new Random.Bits(63), type.shape());
    Tensor rest = bits.remainder(Tensor.full(bits.type(), range));
    return rest.add(low).cast(type.dtype());
  }

  /** Normal with mean 0 and deviation 1 (Box and Muller, 1958). */
  default Tensor normal(TensorType type) {
    Key key = key();
    TensorType wide = wide(type);
    Tensor radius = open(key.lane(0), wide).log().mul(-2).sqrt();
    Tensor angle = key.lane(1).uniform(wide).mul(2 * Math.PI);
    return radius.mul(angle.cos()).cast(type.dtype());
  }

  /** Normal. Throws {@link SettingException} when the deviation is negative. */
  default Tensor normal(TensorType type, double mean, double deviation) {
    require(deviation >= 0, "deviation", deviation, "0 or more");
    return normal(type).mul(deviation).add(mean);
  }

  /**
   * Normal with mean 0 and deviation 1, cut off: of the draws only those from {@code low} to {@code
   * high} count. By the inverse of the distribution, in f64. Throws {@link SettingException} unless
   * low &lt; high, and where normal numbers are: low below 8 and high above −8.
   */
  default Tensor truncatedNormal(TensorType type, double low, double high) {
    require(low < high, "truncatedNormal(low, high)", low + ", " + high, "low < high");
    require(low < 8 && high > -8, "bounds", low + ", " + high, "below 8 and above −8");
    if (!type.dtype().isFloat()) {
      throw new DTypeException(
          "truncatedNormal makes floats, not " + type.dtype(), "Draw integers by randint.");
    }
    TensorType wide = type.as(DType.F64);
    Tensor x = TruncatedNormal.of(key().uniform(wide), low, high);
    return x.max(Tensor.full(wide, low)).min(Tensor.full(wide, high)).cast(type.dtype());
  }

  /** Exponential with mean 1; times a tensor of means for others. */
  default Tensor exponential(TensorType type) {
    return open(key(), wide(type)).log().neg().cast(type.dtype());
  }

  /** Gumbel with location 0 and scale 1: {@code −log(−log u)}, which is finite. */
  default Tensor gumbel(TensorType type) {
    TensorType wide = wide(type);
    // Where u is 0 its logarithm, and so the draw, would be −∞: half a step stands in.
    Tensor least = Tensor.full(wide, Math.scalb(1.0, -wide.dtype().digits() - 1));
    return key().uniform(wide).max(least).log().neg().log().neg().cast(type.dtype());
  }

  /** Bool: true with the probability {@code p} of each element. */
  default Tensor bernoulli(Tensor p) {
    return uniform(wide(p.type())).less(p.cast(wide(p.type()).dtype()));
  }

  /** Bool: true with probability {@code p}. Throws {@link SettingException} unless 0 ≤ p ≤ 1. */
  default Tensor bernoulli(Shape shape, double p) {
    require(p >= 0 && p <= 1, "probability", p, "from 0 to 1");
    return bernoulli(Tensor.full(new TensorType(DType.F32, shape), p));
  }

  /**
   * Class numbers, i32, with probabilities softmax(logits) over the last axis, which is dropped
   * (the Gumbel-max trick). −∞ is never drawn unless all are.
   */
  default Tensor categorical(Tensor logits) {
    TensorType wide = wide(logits.type());
    return logits.cast(wide.dtype()).add(gumbel(wide)).argMax(-1);
  }

  /**
   * Each element 0 with probability {@code rate}, else divided by 1 − rate. Throws {@link
   * SettingException} unless 0 ≤ rate &lt; 1.
   */
  default Tensor dropout(Tensor x, double rate) {
    require(rate >= 0 && rate < 1, "dropout rate", rate, "from 0 to below 1");
    Tensor zero = Tensor.full(x.type(), 0);
    return bernoulli(x.shape(), rate).select(zero, x.mul(1 / (1 - rate)));
  }

  /**
   * Gamma with scale 1 and the concentration of each element, which must be positive; NaN where it
   * is not (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000). No
   * gradient flows to the concentration.
   */
  default Tensor gamma(Tensor concentration) {
    return gamma(key(), concentration).product().cast(concentration.dtype());
  }

  /** Beta, from two gammas, of concentrations that broadcast; finite however small these are. */
  default Tensor beta(Tensor a, Tensor b) {
    Key key = key();
    Shape shape = a.shape().broadcast(b.shape());
    Gamma.Scaled one = gamma(key.lane(0), a.broadcastTo(shape));
    Gamma.Scaled other = gamma(key.lane(1), b.broadcastTo(shape));
    Tensor largest = one.exponent().max(other.exponent());
    Tensor x = one.relativeTo(largest);
    return x.div(x.add(other.relativeTo(largest))).cast(a.dtype().promote(b.dtype()));
  }

  /** Dirichlet over the last axis, from gammas; finite however small the concentrations are. */
  default Tensor dirichlet(Tensor concentration) {
    Gamma.Scaled drawn = gamma(key(), concentration);
    Shape shape = concentration.shape();
    if (shape.rank() > 0 && shape.extent(-1) == 0) {
      return concentration;
    }
    Tensor x = drawn.relativeTo(drawn.exponent().max(-1).restore(shape, -1));
    return x.div(x.sum(-1).restore(shape, -1)).cast(concentration.dtype());
  }

  private static Gamma.Scaled gamma(Key key, Tensor concentration) {
    return Gamma.draw(key, concentration.cast(wide(concentration.type()).dtype()));
  }

  /** The numbers 0 … count − 1 in random order, i64. Every order is equally likely. */
  default Tensor permutation(int count) {
    return key().draw(new Random.Bits(63), Shape.of(count)).argsort(0);
  }

  /** {@code x} with the members along {@code axis} in random order. */
  default Tensor shuffle(Tensor x, int axis) {
    int along = Axis.normalise(axis, x.shape().rank());
    return x.take(permutation(Math.toIntExact(x.shape().extent(along))), along);
  }

  /** The key of this draw. */
  private Key key() {
    return switch (this) {
      case Key key -> key;
      case KeyStream stream -> stream.next();
    };
  }

  /** Uniform in (0, 1], whose logarithm is finite. */
  private static Tensor open(Key key, TensorType type) {
    return Tensor.full(type, 1).sub(key.uniform(type));
  }

  /** The type in which functions of uniform numbers are computed. */
  private static TensorType wide(TensorType type) {
    return type.dtype().isHalf() ? type.as(DType.F32) : type;
  }

  private static void require(boolean rule, String what, Object got, String allowed) {
    if (!rule) {
      throw new SettingException(
          what + " is " + got + ", but must be " + allowed, "Choose a value " + allowed + ".");
    }
  }
}

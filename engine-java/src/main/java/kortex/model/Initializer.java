package kortex.model;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import kortex.tensor.SettingException;

/**
 * How the first value of a parameter is chosen. Open: an initializer of one's own is a record that
 * implements {@link #fill}.
 */
public interface Initializer {
  /** Fills {@code values} with draws from {@code random}; the same draws give the same values. */
  void fill(float[] values, Fans fans, RandomGenerator random);

  /**
   * Whether each value follows from the next draws alone, so that a large parameter can be filled
   * piece by piece, where it will live, when it is first used. Others are filled at once.
   */
  default boolean isPiecewise() {
    return false;
  }

  /** All zeros: the default of biases. */
  static Initializer zeros() {
    return constant(0);
  }

  /** All ones: the default of scales. */
  static Initializer ones() {
    return constant(1);
  }

  /** One value everywhere. */
  static Initializer constant(double value) {
    return new Constant(value);
  }

  /** Uniform in [low, high). Throws {@link SettingException} unless low ≤ high. */
  static Initializer uniform(double low, double high) {
    return new Uniform(low, high);
  }

  /** Normal. Throws {@link SettingException} when the deviation is negative. */
  static Initializer normal(double mean, double deviation) {
    return new Normal(mean, deviation);
  }

  /**
   * Uniform in ±√(6 / (in + out)), the default of dense layers (Glorot and Bengio, "Understanding
   * the difficulty of training deep feedforward neural networks", 2010).
   */
  static Initializer glorotUniform() {
    return new Scaled("glorotUniform", 1, Scaled.Fan.AVERAGE, false);
  }

  /** Normal with deviation √(2 / (in + out)). */
  static Initializer glorotNormal() {
    return new Scaled("glorotNormal", 1, Scaled.Fan.AVERAGE, true);
  }

  /** Uniform in ±√(6 / in). */
  static Initializer heUniform() {
    return new Scaled("heUniform", 2, Scaled.Fan.IN, false);
  }

  /**
   * Normal with deviation √(2 / in), the default of convolutions (He et al., "Delving deep into
   * rectifiers", 2015).
   */
  static Initializer heNormal() {
    return new Scaled("heNormal", 2, Scaled.Fan.IN, true);
  }

  /** Uniform in ±√(3 / in). */
  static Initializer lecunUniform() {
    return new Scaled("lecunUniform", 1, Scaled.Fan.IN, false);
  }

  /** Normal with deviation √(1 / in) (LeCun et al., "Efficient BackProp", 1998). */
  static Initializer lecunNormal() {
    return new Scaled("lecunNormal", 1, Scaled.Fan.IN, true);
  }

  /** One value everywhere. */
  record Constant(double value) implements Initializer {
    @Override
    public void fill(float[] values, Fans fans, RandomGenerator random) {
      Arrays.fill(values, (float) value);
    }

    @Override
    public boolean isPiecewise() {
      return true;
    }

    @Override
    public String toString() {
      return value == 0 ? "zeros" : value == 1 ? "ones" : "constant(" + value + ")";
    }
  }

  /** Uniform in [low, high). */
  record Uniform(double low, double high) implements Initializer {
    public Uniform {
      SettingException.require(low <= high, "uniform(low, high)", low + ", " + high, "low ≤ high");
    }

    @Override
    public void fill(float[] values, Fans fans, RandomGenerator random) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (low + (high - low) * random.nextDouble());
      }
    }

    @Override
    public boolean isPiecewise() {
      return true;
    }

    @Override
    public String toString() {
      return "uniform(" + low + ", " + high + ")";
    }
  }

  /** Normal. */
  record Normal(double mean, double deviation) implements Initializer {
    public Normal {
      SettingException.require(deviation >= 0, "deviation", deviation, "0 or more");
    }

    @Override
    public void fill(float[] values, Fans fans, RandomGenerator random) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (mean + deviation * random.nextGaussian());
      }
    }

    @Override
    public boolean isPiecewise() {
      return true;
    }

    @Override
    public String toString() {
      return "normal(" + mean + ", " + deviation + ")";
    }
  }

  /** Variance {@code gain / fan}. */
  record Scaled(String name, double gain, Fan fan, boolean normal) implements Initializer {
    /** What the variance is divided by. */
    public enum Fan {
      /** The values that flow in. */
      IN,
      /** The mean of in and out. */
      AVERAGE
    }

    @Override
    public void fill(float[] values, Fans fans, RandomGenerator random) {
      double count = fan == Fan.IN ? fans.in() : (fans.in() + fans.out()) / 2.0;
      double deviation = Math.sqrt(gain / Math.max(count, 1));
      double limit = Math.sqrt(3) * deviation;
      Initializer draw = normal ? new Normal(0, deviation) : new Uniform(-limit, limit);
      draw.fill(values, fans, random);
    }

    @Override
    public boolean isPiecewise() {
      return true;
    }

    @Override
    public String toString() {
      return name;
    }
  }
}

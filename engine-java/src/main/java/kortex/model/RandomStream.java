package kortex.model;

import java.util.random.RandomGenerator;

/**
 * Random numbers that belong to a name: SplitMix64 (Steele et al., "Fast splittable pseudorandom
 * number generators", 2014) started from a seed and the name. Written out here because the JDK does
 * not promise the numbers of its generators across versions, and checkpoints should be
 * reproducible.
 */
final class RandomStream implements RandomGenerator {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private RandomStream(long state) {
    this.state = state;
  }

  static RandomStream of(long seed, String name) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
    }
    return new RandomStream(mix(seed + GAMMA) ^ mix(hash));
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  @Override
  public long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Box and Muller's transform, with the exactly specified functions of StrictMath. */
  @Override
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }
}

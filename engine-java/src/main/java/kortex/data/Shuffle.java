package kortex.data;

/**
 * Permutations that are a pure function of (size, seed, stream), the same on every machine and JDK.
 *
 * <p>Random words come from SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", 2014) used by counter: word i of a key is {@code mix(key + i·γ)}. They drive a
 * Fisher–Yates shuffle; a word becomes an index below n as the high half of word·n, whose bias is
 * below n/2⁶⁴. The JDK's generators would do, but no specification fixes how they expand a seed or
 * bound an index, and an epoch's order must outlive a JDK update.
 */
final class Shuffle {
  /** The stream of train/test splits; epochs count up from 0, so the two never meet. */
  static final long SPLIT_STREAM = -1;

  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private Shuffle() {}

  /** The numbers 0 … size − 1 in random order. */
  static int[] permutation(int size, long seed, long stream) {
    int[] order = identity(size);
    long key = mix(mix(seed + GAMMA) + stream * GAMMA);
    for (int i = size - 1; i > 0; i--) {
      long word = mix(key + i * GAMMA);
      int j = (int) Math.unsignedMultiplyHigh(word, i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /** The numbers 0 … size − 1 in order. */
  static int[] identity(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    return order;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

package kortex.op;

import java.util.List;
import kortex.scalar.Scalars;
import kortex.tensor.DType;

/**
 * Threefry-2×32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * 2011): a cipher, so that every counter has its own random bits under a key.
 */
final class Threefry {
  private static final int ROUNDS = 20;
  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};
  private static final int PARITY = 0x1BD11BDA;

  private Threefry() {}

  /** The two i32 words of a counter under a key, both i64, whose low half is word 0. */
  static <S> List<S> words(Scalars<S> s, S key, S counter) {
    S low = s.cast(key, DType.I32);
    S high = s.cast(s.shiftRight(key, 32), DType.I32);
    List<S> keys = List.of(low, high, s.xor(s.xor(low, high), s.constant(low, PARITY)));
    S x0 = s.add(s.cast(counter, DType.I32), low);
    S x1 = s.add(s.cast(s.shiftRight(counter, 32), DType.I32), high);
    for (int round = 0; round < ROUNDS; round++) {
      int bits = ROTATIONS[round % ROTATIONS.length];
      x0 = s.add(x0, x1);
      x1 = s.xor(s.or(s.shiftLeft(x1, bits), s.shiftRight(x1, 32 - bits)), x0);
      if (round % 4 == 3) {
        int block = round / 4 + 1;
        x0 = s.add(x0, keys.get(block % 3));
        x1 = s.add(s.add(x1, keys.get((block + 1) % 3)), s.constant(low, block));
      }
    }
    return List.of(x0, x1);
  }
}

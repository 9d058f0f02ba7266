package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Scalars;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.TensorType;

/**
 * Random numbers as a pure function of a key and the position, so that a mask can be computed again
 * instead of stored, and one seed gives one stream on every backend.
 */
public sealed interface Random extends Op {
  /**
   * Uniform numbers in [0, 1) with 24 random bits, or as many as the dtype has significant ones.
   * Input: key, i64 scalar. Element {@code i} takes word 0 of Threefry-2×32-20 (Salmon et al.,
   * "Parallel random numbers: as easy as 1, 2, 3", 2011) under that key at counter ({@code i},
   * {@code stream}).
   */
  record Uniform(TensorType type, int stream) implements Random {
    private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};
    private static final int PARITY = 0x1BD11BDA;

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      Op.arity(this, inputs, 1);
      if (!inputs.getFirst().equals(new TensorType(DType.I64, kortex.tensor.Shape.SCALAR))
          || !type.dtype().isFloat()) {
        throw new DTypeException(
            "uniform makes floats from an i64[] key, got key " + inputs.getFirst() + " for " + type,
            "Pass a scalar i64 key.");
      }
      return List.of(type);
    }

    @Override
    public <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
      return List.of(Optional.empty());
    }

    @Override
    public <V> List<V> batch(Emit<V> e, Batch<V> b) {
      throw new DTypeException(
          "uniform takes one key, got " + e.type(b.in(0)), "Draw outside of the mapped function.");
    }

    /** The number at a position, both i64. */
    public <S> S formula(Scalars<S> s, S key, S position) {
      S low = s.cast(key, DType.I32);
      S high = s.cast(s.shiftRight(key, 32), DType.I32);
      S x0 = s.cast(position, DType.I32);
      List<S> keys = List.of(low, high, s.xor(s.xor(low, high), s.constant(low, PARITY)));
      x0 = s.add(x0, keys.get(0));
      S x1 = s.add(s.constant(low, stream), keys.get(1));
      for (int round = 0; round < 20; round++) {
        int bits = ROTATIONS[round % 8];
        x0 = s.add(x0, x1);
        x1 = s.xor(s.or(s.shiftLeft(x1, bits), s.shiftRight(x1, 32 - bits)), x0);
        if (round % 4 == 3) {
          int block = round / 4 + 1;
          x0 = s.add(x0, keys.get(block % 3));
          x1 = s.add(s.add(x1, keys.get((block + 1) % 3)), s.constant(low, block));
        }
      }
      int bits = Math.min(24, type.dtype().digits());
      S whole = s.shiftRight(x0, 32 - bits);
      S unit = s.cast(whole, type.dtype().isHalf() ? DType.F32 : type.dtype());
      return s.cast(s.mul(unit, s.constant(unit, Math.scalb(1.0, -bits))), type.dtype());
    }
  }
}

package kortex.op;

import java.util.List;
import java.util.Optional;
import kortex.scalar.Scalars;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * Random numbers as a pure function of a key and a counter, elementwise, so that a mask can be
 * computed again instead of stored, and one seed gives one stream on every backend. Inputs: key and
 * counter, i64 of one shape.
 */
public sealed interface Random extends Op {
  /** The formula of one element. */
  <S> S formula(Scalars<S> s, S key, S counter);

  /** The element type of the result. */
  DType result();

  @Override
  default List<TensorType> infer(List<TensorType> inputs) {
    Op.arity(this, inputs, 2);
    TensorType key = inputs.get(0);
    TensorType counter = inputs.get(1);
    if (key.dtype() != DType.I64 || counter.dtype() != DType.I64) {
      throw new DTypeException(
          label() + " needs an i64 key and counter, got " + key + " and " + counter,
          "Make the key by Key.of(seed).");
    }
    if (!key.shape().equals(counter.shape())) {
      throw new ShapeException(
          label() + " needs a key for each counter, got " + key + " and " + counter,
          "Broadcast the key to the shape of the counter.");
    }
    return List.of(key.as(result()));
  }

  @Override
  default <V> List<Optional<V>> vjp(Emit<V> e, Call<V> call) {
    return List.of(Optional.empty(), Optional.empty());
  }

  @Override
  default <V> List<V> batch(Emit<V> e, Batch<V> b) {
    return e.emit(this, b.full(e));
  }

  private static <S> S all(Scalars<S> s, List<S> words) {
    S high = s.shiftLeft(s.cast(words.get(1), DType.I64), 32);
    S low = s.shiftRight(s.shiftLeft(s.cast(words.get(0), DType.I64), 32), 32);
    return s.or(high, low);
  }

  /** {@code width} random bits as an i64, from Threefry-2×32-20; all are positive below 64. */
  record Bits(int width) implements Random {
    public Bits {
      if (width < 1 || width > 64) {
        throw new IllegalArgumentException(width + " bits of an i64");
      }
    }

    @Override
    public DType result() {
      return DType.I64;
    }

    @Override
    public <S> S formula(Scalars<S> s, S key, S counter) {
      S bits = all(s, Threefry.words(s, key, counter));
      return width == 64 ? bits : s.shiftRight(bits, 64 - width);
    }
  }

  /**
   * Uniform numbers in [0, 1) from Threefry-2×32-20: multiples of 2⁻²⁴, in f64 of 2⁻⁵³, in smaller
   * floats as fine as their significant bits.
   */
  record Uniform(DType dtype) implements Random {
    private static final int WORD = 24;

    @Override
    public DType result() {
      return dtype;
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      if (!dtype.isFloat()) {
        throw new DTypeException("uniform makes floats, not " + dtype, "Draw integers by randint.");
      }
      return Random.super.infer(inputs);
    }

    @Override
    public <S> S formula(Scalars<S> s, S key, S counter) {
      List<S> words = Threefry.words(s, key, counter);
      int bits = dtype.digits();
      S whole =
          bits > WORD
              ? s.shiftRight(all(s, words), 64 - bits)
              : s.shiftRight(words.getFirst(), 32 - bits);
      S unit = s.cast(whole, dtype.isHalf() ? DType.F32 : dtype);
      return s.cast(s.mul(unit, s.constant(unit, Math.scalb(1.0, -bits))), dtype);
    }
  }
}

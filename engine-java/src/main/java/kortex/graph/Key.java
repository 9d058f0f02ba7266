package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import kortex.op.Index;
import kortex.op.Random;
import kortex.op.View;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/**
 * What random numbers are a function of. The same key gives the same numbers, on every backend and
 * for every number of threads; so use a key once, and {@link #split} it or {@link #fold} something
 * into it when more are needed.
 *
 * <pre>{@code
 * List<Key> keys = Key.of(7).split(2);
 * Tensor noise = keys.get(0).normal(x.type());
 * Tensor kept = keys.get(1).bernoulli(x.shape(), 0.9);
 * }</pre>
 *
 * <p>A key is an i64 number that encrypts counters. Elements of a tensor count from 0; the keys
 * that are made from a key, and the several numbers that some distributions need for each element,
 * come from counters that no tensor reaches.
 */
public final class Key implements Draws {
  /** Above the positions in any tensor, and exact as a double. */
  private static final long DERIVED = 1L << 52;

  /** Integers up to here are exact as doubles. */
  static final long EXACT = 1L << 53;

  private static final long SPLIT = DERIVED;
  private static final long FOLD = DERIVED + 1;
  private static final long LANES = DERIVED + 2;

  private final Tensor value;

  private Key(Tensor value) {
    this.value = value;
  }

  /** The key of a seed; any number will do. */
  public static Key of(long seed) {
    return new Key(number(seed));
  }

  /**
   * A key that is computed: an i64 scalar, such as a member of {@link #keys} inside {@code vmap}.
   */
  public static Key of(Tensor value) {
    if (value.dtype() != DType.I64) {
      throw new DTypeException("a key is an i64 number, got " + value.type(), "Use Key.of(seed).");
    }
    if (value.shape().rank() != 0) {
      throw new ShapeException(
          "a key is one number, got " + value.type(), "Draw inside vmap, with a key for each.");
    }
    return new Key(value);
  }

  private static Tensor number(long x) {
    TensorType type = new TensorType(DType.I64, Shape.SCALAR);
    return Tensor.constant(Storage.of(type, MemorySegment.ofArray(new long[] {x})));
  }

  /** As it is made: {@code key(7)}; its number is computed now. */
  @Override
  public String toString() {
    return "key(" + value + ")";
  }

  /** The number that makes the key. */
  public Tensor value() {
    return value;
  }

  /** {@code count} keys whose numbers have nothing to do with each other's or this one's. */
  public List<Key> split(int count) {
    Tensor all = keys(count);
    List<Key> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      View.Slice one = new View.Slice(List.of(new View.Range(i, 1, 1)));
      out.add(new Key(all.apply(one).reshape()));
    }
    return out;
  }

  /** The keys of {@link #split} as one tensor, {@code i64[count]}: one for each member of a map. */
  public Tensor keys(int count) {
    if (count < 0) {
      throw new SettingException("cannot make " + count + " keys", "Ask for 0 or more.");
    }
    Shape shape = Shape.of(count);
    return draw(derived(SPLIT), new Random.Bits(64), positions(shape, 0));
  }

  /** The key of a number, such as that of a step, under this key. */
  public Key fold(long number) {
    return fold(number(number));
  }

  /** As {@link #fold(long)}, of an integer that is computed. */
  public Key fold(Tensor number) {
    if (!number.dtype().isInteger()) {
      throw new DTypeException(
          "an integer is folded into a key, got " + number.type(), "Cast it: x.cast(i64).");
    }
    if (number.shape().rank() != 0) {
      throw new ShapeException(
          "one number is folded into a key, got " + number.type(), "Fold in a scalar.");
    }
    return new Key(draw(derived(FOLD), new Random.Bits(64), number.cast(DType.I64)));
  }

  /** The key of one of several draws for the same elements. */
  Key lane(int number) {
    return new Key(derived(LANES + number));
  }

  private Tensor derived(long counter) {
    return draw(value, new Random.Bits(64), positions(Shape.SCALAR, counter));
  }

  /** {@code op} at every position of a shape. */
  Tensor draw(Random op, Shape shape) {
    return draw(value, op, positions(shape, 0));
  }

  private static Tensor draw(Tensor key, Random op, Tensor counters) {
    return key.broadcastTo(counters.shape()).apply(op, counters);
  }

  private static Tensor positions(Shape shape, long start) {
    return Tensor.of(GraphEmit.INSTANCE.one(new Index.Position(shape, start), List.of()));
  }
}

package kortex.graph;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Keys in a row, for code that does not want to hand them around: every draw takes the next. The
 * numbers depend on the seed and on how many draws came before. Safe for use by several threads,
 * whose order then decides who gets which key.
 *
 * <p>A function that is compiled once and runs many times, such as a training step, draws when it
 * is compiled: let it fold the number of the step into a {@link Key} instead.
 */
public final class KeyStream implements Draws {
  private final Key root;
  private final AtomicLong taken = new AtomicLong();

  private KeyStream(Key root) {
    this.root = root;
  }

  /** The stream of a seed. */
  public static KeyStream of(long seed) {
    return new KeyStream(Key.of(seed));
  }

  /** The next key, for a draw or as the root of others. */
  public Key next() {
    return root.fold(taken.getAndIncrement());
  }
}

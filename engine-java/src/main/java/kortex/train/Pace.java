package kortex.train;

/**
 * How many updates a call makes: more while calls are short, so that small networks don't wait for
 * what is around them; few enough that a training can be watched and stopped.
 */
final class Pace {
  private static final long SHORT_NANOS = 4_000_000;
  private static final long LONG_NANOS = 16_000_000;
  private static final int MOST = 1 << 10;

  private int updates = 1;

  /** The number for the next call. */
  int updates() {
    return updates;
  }

  /** Learns how long a call took. */
  void took(int made, long nanos) {
    if (nanos > LONG_NANOS) {
      updates = Math.max(1, updates / 2);
    } else if (nanos < SHORT_NANOS && made == updates) {
      updates = Math.min(MOST, updates * 2);
    }
  }
}

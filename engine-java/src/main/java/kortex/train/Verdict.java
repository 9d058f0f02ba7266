package kortex.train;

/** What a callback says. */
public enum Verdict {
  /** Go on. */
  CONTINUE,
  /** End the training: the epoch is measured as far as it came, then no other starts. */
  STOP
}

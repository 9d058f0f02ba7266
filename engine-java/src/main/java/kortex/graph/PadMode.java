package kortex.graph;

/** What stands in the margins of a padded axis, for an axis of a, b, c, d. */
public enum PadMode {
  /** The neighbours mirrored at the outermost element: {@code c b | a b c d | c b}. */
  REFLECT,
  /** The neighbours mirrored at the edge: {@code b a | a b c d | d c}. */
  SYMMETRIC,
  /** The outermost element again and again: {@code a a | a b c d | d d}. */
  EDGE,
  /** The other end: {@code c d | a b c d | a b}. */
  WRAP
}

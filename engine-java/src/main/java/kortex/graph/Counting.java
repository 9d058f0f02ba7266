package kortex.graph;

/**
 * Counts and searches whose results' shapes depend on values. They are computed now, on the host,
 * and have no gradients.
 */
public sealed interface Counting extends Handle permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /** The different elements in ascending order; all NaN count as one, which is last. */
  default Unique unique() {
    return HostCounts.unique(self());
  }

  /**
   * The different elements of a tensor.
   *
   * @param values in ascending order {@code [count]}
   * @param inverse for each element the position, i64, of its value: {@code values.take(inverse,
   *     0)} is the tensor
   * @param counts how often each value occurs, i64 {@code [count]}
   */
  record Unique(Tensor values, Tensor inverse, Tensor counts) {}

  /**
   * How often each of 0, 1, 2, … occurs, i64, up to the largest element, and at least to {@code
   * atLeast − 1}. Throws {@link kortex.tensor.DataException} for a negative element.
   */
  default Tensor bincount(int atLeast) {
    return HostCounts.bincount(self(), atLeast);
  }

  /** How often each of 0, 1, 2, … occurs, i64, up to the largest element. */
  default Tensor bincount() {
    return bincount(0);
  }

  /**
   * How many elements are in each of {@code bins} equal ranges from {@code low} to {@code high}, as
   * NumPy's histogram: each range includes its lower edge, the last both; other elements, and NaN,
   * do not count.
   */
  default Histogram histogram(int bins, double low, double high) {
    return HostCounts.histogram(self(), bins, low, high);
  }

  /** The histogram from the smallest to the largest element; throws when one is not finite. */
  default Histogram histogram(int bins) {
    return HostCounts.histogram(self(), bins);
  }

  /** Counts, i64 {@code [bins]}, and the edges between them, f64 {@code [bins + 1]}. */
  record Histogram(Tensor counts, Tensor edges) {}

  /**
   * For each of {@code values}, i64, how many elements of this sorted vector are smaller: where to
   * insert it so that the vector stays sorted, before equal elements.
   */
  default Tensor searchSorted(Tensor values) {
    return searchSorted(values, false);
  }

  /**
   * Where to insert each of {@code values}, before or, with {@code right}, after equal elements.
   */
  default Tensor searchSorted(Tensor values, boolean right) {
    return HostCounts.searchSorted(self(), values, right);
  }
}

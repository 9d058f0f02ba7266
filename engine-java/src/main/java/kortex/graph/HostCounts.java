package kortex.graph;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import kortex.tensor.DType;
import kortex.tensor.DTypeException;
import kortex.tensor.DataException;
import kortex.tensor.SettingException;
import kortex.tensor.Shape;
import kortex.tensor.ShapeException;
import kortex.tensor.TensorType;

/** Counts and searches on the host. */
final class HostCounts {
  private HostCounts() {}

  static Counting.Unique unique(Tensor x) {
    MemorySegment order = x.reshape(-1).argsort(0).compute().host();
    MemorySegment data = x.compute().host();
    int n = Math.toIntExact(x.type().size());
    long[] first = new long[n];
    long[] inverse = new long[n];
    long[] counts = new long[n];
    int found = 0;
    for (int i = 0; i < n; i++) {
      long at = HostMemory.getLong(order, DType.I64, i);
      if (found == 0 || !same(data, x.dtype(), first[found - 1], at)) {
        first[found++] = at;
      }
      inverse[Math.toIntExact(at)] = found - 1;
      counts[found - 1]++;
    }
    Tensor position = Positions.of(Arrays.copyOf(first, found));
    return new Counting.Unique(
        Positions.taken(x.reshape(-1), position, 0),
        Positions.of(inverse).reshape(x.shape().toArray()),
        Positions.of(Arrays.copyOf(counts, found)));
  }

  private static boolean same(MemorySegment data, DType dtype, long i, long j) {
    if (!dtype.isFloat()) {
      return HostMemory.getLong(data, dtype, i) == HostMemory.getLong(data, dtype, j);
    }
    double a = HostMemory.get(data, dtype, i);
    double b = HostMemory.get(data, dtype, j);
    return a == b || (Double.isNaN(a) && Double.isNaN(b));
  }

  static Tensor bincount(Tensor x, int atLeast) {
    if (!x.dtype().isInteger()) {
      throw new DTypeException(
          "bincount needs integers, got " + x.type(), "Use histogram, or cast first.");
    }
    if (atLeast < 0) {
      throw new SettingException("atLeast = " + atLeast + " is negative", "Use 0 or more.");
    }
    MemorySegment data = x.compute().host();
    long largest = atLeast - 1L;
    for (long i = 0; i < x.type().size(); i++) {
      long number = HostMemory.getLong(data, x.dtype(), i);
      if (number < 0) {
        throw new DataException(
            "bincount of " + number + " at element " + i, "Use numbers from 0 on.");
      }
      largest = Math.max(largest, number);
    }
    HostMemory.requireFits(new TensorType(DType.I64, Shape.of(largest + 1)));
    long[] counts = new long[Math.toIntExact(largest + 1)];
    for (long i = 0; i < x.type().size(); i++) {
      counts[Math.toIntExact(HostMemory.getLong(data, x.dtype(), i))]++;
    }
    return Positions.of(counts);
  }

  static Counting.Histogram histogram(Tensor x, int bins) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    MemorySegment data = x.compute().host();
    for (long i = 0; i < x.type().size(); i++) {
      double number = HostMemory.get(data, x.dtype(), i);
      if (!Double.isFinite(number)) {
        throw new DataException(
            "a histogram without a range has " + number + " at element " + i,
            "Give the range: histogram(bins, low, high).");
      }
      low = Math.min(low, number);
      high = Math.max(high, number);
    }
    if (x.type().size() == 0) {
      return histogram(x, bins, 0, 1);
    }
    return low == high ? histogram(x, bins, low - 0.5, high + 0.5) : histogram(x, bins, low, high);
  }

  static Counting.Histogram histogram(Tensor x, int bins, double low, double high) {
    if (bins < 1 || !(low < high) || Double.isInfinite(high - low)) {
      throw new SettingException(
          "a histogram of " + bins + " bins from " + low + " to " + high,
          "Use at least one bin, and finite bounds, the lower one first.");
    }
    double[] edges = new double[bins + 1];
    for (int i = 0; i <= bins; i++) {
      edges[i] = i == bins ? high : low + i * ((high - low) / bins);
    }
    long[] counts = new long[bins];
    MemorySegment data = x.compute().host();
    for (long i = 0; i < x.type().size(); i++) {
      double number = HostMemory.get(data, x.dtype(), i);
      if (number >= low && number <= high) {
        counts[bin(number, edges)]++;
      }
    }
    return new Counting.Histogram(Positions.of(counts), Tensor.of(edges, edges.length));
  }

  /** The bin by division, mended where rounding put it beside an edge. */
  private static int bin(double number, double[] edges) {
    int bins = edges.length - 1;
    int at = (int) ((number - edges[0]) / (edges[bins] - edges[0]) * bins);
    at = Math.min(at, bins - 1);
    if (number < edges[at]) {
      at--;
    } else if (at < bins - 1 && number >= edges[at + 1]) {
      at++;
    }
    return at;
  }

  static Tensor searchSorted(Tensor sorted, Tensor values, boolean right) {
    if (sorted.shape().rank() != 1) {
      throw new ShapeException(
          "searchSorted needs a sorted vector, got " + sorted.type(), "Search row by row.");
    }
    if (sorted.dtype() != values.dtype()) {
      throw new DTypeException(
          "searchSorted in " + sorted.type() + " for " + values.type(), "Cast one of them.");
    }
    MemorySegment data = sorted.compute().host();
    MemorySegment wanted = values.compute().host();
    long[] out = new long[Math.toIntExact(values.type().size())];
    for (int i = 0; i < out.length; i++) {
      long low = 0;
      long high = sorted.type().size();
      while (low < high) {
        long middle = (low + high) >>> 1;
        int order = compare(data, middle, wanted, i, sorted.dtype());
        if (order < 0 || (right && order == 0)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      out[i] = low;
    }
    return Positions.of(out).reshape(values.shape().toArray());
  }

  /** Compares two elements; NaN is the largest, and −0 equals 0. */
  private static int compare(MemorySegment a, long i, MemorySegment b, long j, DType dtype) {
    if (!dtype.isFloat()) {
      return Long.compare(HostMemory.getLong(a, dtype, i), HostMemory.getLong(b, dtype, j));
    }
    double x = HostMemory.get(a, dtype, i);
    double y = HostMemory.get(b, dtype, j);
    return x == y ? 0 : Double.compare(x, y);
  }
}

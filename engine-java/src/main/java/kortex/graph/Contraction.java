package kortex.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import kortex.op.MatMul;
import kortex.tensor.Axis;
import kortex.tensor.DType;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * A tensor whose axes have labels, as a factor of a sum of products: labels that the result does
 * not have are summed over. Equal labels have equal extents. Pairs of factors are contracted by
 * matrix products where both have axes of their own and share one that goes.
 */
record Contraction(Tensor tensor, List<Integer> labels) {

  /** The sum of products of factors, with the axes of the result in the order of its labels. */
  static Tensor all(List<Contraction> factors, List<Integer> result) {
    List<Contraction> left = new ArrayList<>();
    for (int i = 0; i < factors.size(); i++) {
      Set<Integer> kept = new HashSet<>(result);
      for (int j = 0; j < factors.size(); j++) {
        if (j != i) {
          kept.addAll(factors.get(j).labels());
        }
      }
      left.add(factors.get(i).withoutRepeats().keep(kept));
    }
    while (left.size() > 1) {
      int[] pair = cheapest(left, result);
      Contraction b = left.remove(pair[1]);
      Contraction a = left.remove(pair[0]);
      left.add(a.times(b, needed(left, result)));
    }
    return left.getFirst().arranged(result);
  }

  /** The sum in the dtype of the tensor, in which matrix products are, too. */
  static Tensor summed(Tensor x, int... axes) {
    return x.sum(axes).cast(x.dtype());
  }

  private static Set<Integer> needed(List<Contraction> others, List<Integer> result) {
    Set<Integer> out = new HashSet<>(result);
    others.forEach(o -> out.addAll(o.labels()));
    return out;
  }

  /**
   * The pair whose product adds least to what is in memory, and of those the one of fewest
   * multiplications: greedy, as no order is best that is found quickly.
   */
  private static int[] cheapest(List<Contraction> left, List<Integer> result) {
    int[] best = {0, 1};
    double[] least = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    for (int i = 0; i < left.size(); i++) {
      for (int j = i + 1; j < left.size(); j++) {
        Contraction a = left.get(i);
        Contraction b = left.get(j);
        List<Contraction> others = new ArrayList<>(left);
        others.remove(j);
        others.remove(i);
        Set<Integer> kept = needed(others, result);
        double work = size(a, b, l -> true);
        double growth =
            size(a, b, kept::contains) - a.tensor.type().size() - b.tensor.type().size();
        if (growth < least[0] || (growth == least[0] && work < least[1])) {
          least = new double[] {growth, work};
          best = new int[] {i, j};
        }
      }
    }
    return best;
  }

  /** The number of combinations of some of the labels of two factors. */
  private static double size(Contraction a, Contraction b, IntPredicate counts) {
    Set<Integer> all = new LinkedHashSet<>(a.labels);
    all.addAll(b.labels);
    double size = 1;
    for (int label : all) {
      if (counts.test(label)) {
        size *= a.labels.contains(label) ? a.extent(label) : b.extent(label);
      }
    }
    return size;
  }

  private long extent(int label) {
    return tensor.shape().extent(labels.indexOf(label));
  }

  /** Repeated labels become one: what is off the diagonal is left out. */
  private Contraction withoutRepeats() {
    for (int i = 0; i < labels.size(); i++) {
      int last = labels.lastIndexOf(labels.get(i));
      if (last > i) {
        TensorType index = tensor.type().as(DType.I32);
        Tensor diagonal = Tensor.iota(index, i).equal(Tensor.iota(index, last));
        Tensor zero = Operands.number(tensor, 0);
        List<Integer> rest = new ArrayList<>(labels);
        rest.remove(last);
        return new Contraction(summed(diagonal.select(tensor, zero), last), rest).withoutRepeats();
      }
    }
    return this;
  }

  /** Sums over labels that nobody needs. */
  private Contraction keep(Set<Integer> needed) {
    int[] gone =
        Axis.range(0, labels.size()).stream()
            .filter(i -> !needed.contains(labels.get(i)))
            .mapToInt(i -> i)
            .toArray();
    return gone.length == 0
        ? this
        : new Contraction(summed(tensor, gone), labels.stream().filter(needed::contains).toList());
  }

  private Tensor arranged(List<Integer> order) {
    return order.equals(labels)
        ? tensor
        : tensor.permute(order.stream().mapToInt(labels::indexOf).toArray());
  }

  private Contraction times(Contraction other, Set<Integer> kept) {
    List<Integer> shared = labels.stream().filter(other.labels::contains).toList();
    List<Integer> batch = shared.stream().filter(kept::contains).toList();
    List<Integer> summed = shared.stream().filter(l -> !kept.contains(l)).toList();
    List<Integer> rows = labels.stream().filter(l -> !shared.contains(l)).toList();
    List<Integer> columns = other.labels.stream().filter(l -> !shared.contains(l)).toList();
    List<Integer> out = join(batch, rows, columns);
    if (summed.isEmpty()) {
      Tensor a = reshaped(arranged(join(batch, rows)), batch.size() + rows.size(), columns.size());
      Tensor b = reshaped(other.arranged(join(batch, columns)), batch.size(), rows.size());
      return new Contraction(a.mul(b), out);
    }
    if (rows.isEmpty() && columns.isEmpty()) {
      Tensor product = tensor.mul(other.arranged(labels));
      return new Contraction(product, labels).keep(kept);
    }
    Shape shape =
        Shape.of(out.stream().map(l -> labels.contains(l) ? extent(l) : other.extent(l)).toList());
    Tensor a = matrices(batch, rows, summed);
    Tensor b = other.matrices(batch, summed, columns);
    Tensor product = a.apply(new MatMul(false, false), b);
    return new Contraction(Tensor.of(GraphEmit.INSTANCE.reshape(product.value(), shape)), out);
  }

  @SafeVarargs
  private static List<Integer> join(List<Integer>... parts) {
    return Stream.of(parts).flatMap(List::stream).toList();
  }

  /** {@code count} axes of extent 1 inserted before axis {@code at}. */
  private static Tensor reshaped(Tensor x, int at, int count) {
    Shape shape = x.shape();
    for (int i = 0; i < count; i++) {
      shape = shape.insert(at, 1);
    }
    return Tensor.of(GraphEmit.INSTANCE.reshape(x.value(), shape));
  }

  /** As a matrix, or a stack of matrices when there are labels for it. */
  private Tensor matrices(List<Integer> stack, List<Integer> rows, List<Integer> columns) {
    Tensor x = arranged(join(stack, rows, columns));
    Shape shape = Shape.of(size(rows), size(columns));
    Shape full = stack.isEmpty() ? shape : shape.prepend(size(stack));
    return Tensor.of(GraphEmit.INSTANCE.reshape(x.value(), full));
  }

  private long size(List<Integer> some) {
    return some.stream().mapToLong(this::extent).reduce(1, (a, b) -> a * b);
  }
}

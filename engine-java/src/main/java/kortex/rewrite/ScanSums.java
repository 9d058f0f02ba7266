package kortex.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import kortex.graph.Graph.Ref;
import kortex.op.Binary;
import kortex.op.Body;
import kortex.op.Join;
import kortex.op.MatMul;
import kortex.op.Reduce;
import kortex.op.Scan;
import kortex.op.View;
import kortex.tensor.Shape;
import kortex.tensor.TensorType;

/**
 * Takes sums over the steps out of a loop: a carry to which each step only adds a product, a sum,
 * or a value that is stacked anyway. The product of all steps is one product of the stacked
 * operands, which reads and writes the sum once instead of in every step. That is how the gradients
 * of weights are summed.
 */
final class ScanSums {
  private final Simplify g;
  private final Scan scan;
  private final Body body;
  private final List<Ref> inputs;

  /** How often the body reads each value, as a result as well. */
  private final Map<Body.Ref, Integer> uses = new HashMap<>();

  /** What each carry that goes adds in a step. */
  private final Map<Integer, Body.Ref> added = new LinkedHashMap<>();

  /** The stacked results, with those that are needed in addition. */
  private final Set<Body.Ref> stacked = new LinkedHashSet<>();

  /** The stack of each stacked value, once the loop is written. */
  private final Map<Body.Ref, Ref> stacks = new HashMap<>();

  private ScanSums(Simplify g, Scan scan, Body body, List<Ref> inputs) {
    this.g = g;
    this.scan = scan;
    this.body = body;
    this.inputs = inputs;
    body.entries().forEach(e -> e.inputs().forEach(r -> uses.merge(r, 1, Integer::sum)));
    body.results().forEach(r -> uses.merge(r, 1, Integer::sum));
    stacked.addAll(body.results().subList(scan.carries(), body.results().size()));
  }

  /**
   * The outputs of a loop, written without such carries; empty if it has none.
   *
   * @param scan how many carries and sequences the body has, and how often it runs
   */
  static Optional<List<Ref>> apply(Simplify g, Scan scan, List<Ref> inputs) {
    ScanSums sums = new ScanSums(g, scan, scan.body(), inputs);
    IntStream.range(0, scan.carries()).forEach(sums::find);
    return sums.added.isEmpty() ? Optional.empty() : Optional.of(sums.write());
  }

  private Body.Entry entry(Body.Ref ref) {
    return body.entries().get(ref.entry());
  }

  private boolean isUsedOnce(Body.Ref ref) {
    return uses.getOrDefault(ref, 0) == 1;
  }

  /** Looks whether all that a step does with carry {@code c} is to add to it. */
  private void find(int c) {
    Body.Ref carry = new Body.Ref(c, 0);
    Body.Ref result = body.results().get(c);
    if (!(entry(result).op() instanceof Binary.Add) || !isUsedOnce(carry) || !isUsedOnce(result)) {
      return;
    }
    List<Body.Ref> terms = entry(result).inputs();
    if (terms.contains(carry)) {
      Body.Ref term = terms.get(0).equals(carry) ? terms.get(1) : terms.get(0);
      List<Body.Ref> missing = new ArrayList<>();
      if (needs(term, missing) && isWorth(term, missing)) {
        added.put(c, term);
        stacked.addAll(missing);
      }
    }
  }

  /** Collects what must be stacked for a term; false if it cannot be summed outside. */
  private boolean needs(Body.Ref term, List<Body.Ref> missing) {
    if (isThere(term)) {
      return true;
    }
    if (!isUsedOnce(term)) {
      return false;
    }
    List<Body.Ref> operands = entry(term).inputs();
    return switch (entry(term).op()) {
      case MatMul op when body.type(term).shape().rank() == 2 -> {
        operands.stream().filter(r -> !isThere(r)).forEach(missing::add);
        yield missing.stream().noneMatch(this::isConstant);
      }
      case Reduce.Sum op -> isThere(operands.getFirst());
      default -> false;
    };
  }

  private boolean isConstant(Body.Ref ref) {
    return body.isParameter(ref) && ref.entry() >= scan.constants();
  }

  /** Whether there is a stack of a value, or one that it is a part of. */
  private boolean isThere(Body.Ref ref) {
    return scan.isSequence(ref.entry()) && body.isParameter(ref)
        || stacked.contains(ref)
        || whole(ref).isPresent();
  }

  /** The stacked concatenation that a value is a part of. */
  private Optional<Body.Ref> whole(Body.Ref part) {
    return stacked.stream()
        .filter(r -> entry(r).op() instanceof Join.Concat && entry(r).inputs().contains(part))
        .findFirst();
  }

  /** Whether more is read and written in the steps than stacked, and the memory at most doubles. */
  private boolean isWorth(Body.Ref sum, List<Body.Ref> missing) {
    long more = missing.stream().distinct().mapToLong(r -> body.type(r).bytes()).sum();
    long known = stacked.stream().mapToLong(r -> body.type(r).bytes()).sum();
    for (int p = scan.carries(); p < scan.constants(); p++) {
      known += body.parameterTypes().get(p).bytes();
    }
    return more <= Math.min(known, 2 * body.type(sum).bytes());
  }

  private List<Ref> write() {
    List<Integer> kept =
        IntStream.range(0, scan.carries()).filter(c -> !added.containsKey(c)).boxed().toList();
    List<Integer> parameters = new ArrayList<>(kept);
    IntStream.range(scan.carries(), body.parameters()).forEach(parameters::add);
    List<Body.Ref> stackedResults = List.copyOf(stacked);
    List<Body.Ref> results = new ArrayList<>(Prune.pick(body.results(), kept));
    results.addAll(stackedResults);
    Scan less =
        new Scan(
            body.restrict(parameters, results),
            kept.size(),
            scan.sequences(),
            scan.length(),
            scan.reverse());
    List<Ref> outputs = g.emit(less, Prune.pick(inputs, parameters));
    for (int i = 0; i < stackedResults.size(); i++) {
      stacks.put(stackedResults.get(i), outputs.get(kept.size() + i));
    }
    List<Ref> out = new ArrayList<>();
    for (int i = 0; i < body.results().size(); i++) {
      if (i >= scan.carries()) {
        out.add(stack(body.results().get(i)));
      } else if (added.containsKey(i)) {
        out.add(g.add(inputs.get(i), sum(Objects.requireNonNull(added.get(i)))));
      } else {
        out.add(outputs.get(kept.indexOf(i)));
      }
    }
    return out;
  }

  /** The values of all steps. */
  private Ref stack(Body.Ref ref) {
    if (body.isParameter(ref) && scan.isSequence(ref.entry())) {
      return inputs.get(ref.entry());
    }
    Ref known = stacks.get(ref);
    return known == null ? part(whole(ref).orElseThrow(), ref) : known;
  }

  private Ref part(Body.Ref whole, Body.Ref part) {
    int axis = ((Join.Concat) entry(whole).op()).axis();
    Ref stack = Objects.requireNonNull(stacks.get(whole));
    List<View.Range> ranges = new ArrayList<>(View.Range.all(g.type(stack).shape()));
    long begin = 0;
    for (Body.Ref each : entry(whole).inputs()) {
      long extent = body.type(each).shape().extent(axis);
      if (each.equals(part)) {
        ranges.set(axis + 1, new View.Range(begin, extent, 1));
        return g.slice(stack, ranges);
      }
      begin += extent;
    }
    throw new IllegalStateException(part + " is no part of " + whole);
  }

  /** The sum of a term over all steps. */
  private Ref sum(Body.Ref term) {
    List<Body.Ref> operands = entry(term).inputs();
    if (!isThere(term) && entry(term).op() instanceof MatMul op) {
      Ref a = rows(stack(operands.get(0)), !op.transposeA());
      Ref b = rows(stack(operands.get(1)), op.transposeB());
      return g.matMul(a, b, true, false);
    }
    if (!isThere(term) && entry(term).op() instanceof Reduce.Sum op) {
      List<Integer> axes = new ArrayList<>(List.of(0));
      op.axes().forEach(axis -> axes.add(axis + 1));
      return total(stack(operands.getFirst()), axes, body.type(term));
    }
    return total(stack(term), List.of(0), body.type(term));
  }

  private Ref total(Ref stack, List<Integer> axes, TensorType type) {
    return g.reshape(g.one(new Reduce.Sum(axes), List.of(stack)), type.shape());
  }

  /** The matrices of a stack one below the other, each transposed first if it is {@code turned}. */
  private Ref rows(Ref stack, boolean turned) {
    Ref matrices = turned ? g.one(new View.Permute(List.of(0, 2, 1)), List.of(stack)) : stack;
    Shape shape = g.type(matrices).shape();
    return g.reshape(matrices, Shape.of(shape.extent(0) * shape.extent(1), shape.extent(2)));
  }
}
